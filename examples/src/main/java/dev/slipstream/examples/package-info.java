/**
 * Runnable programs: {@link dev.slipstream.examples.Main} puts the same load on a web server
 * without a cache, with Caffeine's and with Slipstream; {@link dev.slipstream.examples.QuickStart}
 * is the shortest useful server; {@link dev.slipstream.examples.LiveView} tails a busy cache
 * through canals; {@link dev.slipstream.examples.WarmStart} runs a service that starts with what
 * its cache held before.
 */
@org.jspecify.annotations.NullMarked
package dev.slipstream.examples;
