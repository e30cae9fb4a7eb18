/** A program: the same load on a web server without a cache, with Caffeine, and with Slipstream. */
@org.jspecify.annotations.NullMarked
package dev.slipstream.examples.comparison;
