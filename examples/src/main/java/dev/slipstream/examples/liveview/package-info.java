/** A program: the events of a busy cache, live in the terminal. */
@org.jspecify.annotations.NullMarked
package dev.slipstream.examples.liveview;
