/** A program: the shop's database fails under load, behind caches with and without protection. */
@org.jspecify.annotations.NullMarked
package dev.slipstream.examples.outage;
