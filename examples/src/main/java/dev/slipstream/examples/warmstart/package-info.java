/** A program: a web service that starts with the entries that its cache held before. */
@org.jspecify.annotations.NullMarked
package dev.slipstream.examples.warmstart;
