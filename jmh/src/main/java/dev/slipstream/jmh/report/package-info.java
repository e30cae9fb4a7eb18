/**
 * Runs the benchmarks and reports them: {@link dev.slipstream.jmh.report.Main} is the program
 * behind {@code jmh/run}.
 */
package dev.slipstream.jmh.report;
