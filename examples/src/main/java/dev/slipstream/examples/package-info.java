/**
 * Runnable programs: {@link dev.slipstream.examples.Main} puts the same load on a web server
 * without a cache, with Caffeine's and with Slipstream; {@link dev.slipstream.examples.QuickStart}
 * is the shortest useful server.
 */
@org.jspecify.annotations.NullMarked
package dev.slipstream.examples;
