/** A program: the shortest useful web server. */
@org.jspecify.annotations.NullMarked
package dev.slipstream.examples.quickstart;
