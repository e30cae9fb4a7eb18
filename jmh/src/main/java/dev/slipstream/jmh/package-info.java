/**
 * Slipstream beside its peer, Caffeine's AsyncCache: same keys, same loaders, same run.
 *
 * <p>Each class measures one path. {@code jmh/run} runs them all and prints the table of ratios.
 */
package dev.slipstream.jmh;
