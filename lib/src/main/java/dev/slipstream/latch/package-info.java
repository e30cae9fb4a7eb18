/**
 * Named continuations on a job whose outcome, once latched, never changes: with filters, timeouts,
 * retries and bounded queues. Nothing here knows the cache: {@link
 * dev.slipstream.latch.Continuations} serves any job.
 *
 * <pre>{@code
 * Continuations<Invoice> invoice =
 *     Continuations.of(service.bill(order), executor, "order " + order.id());
 *
 * invoice.addOrRunNow("audit", outcome -> audit.record(order, outcome));
 * }</pre>
 *
 * <p>The guide is <a href="{@docRoot}/doc-files/latch.md">latch.md</a>.
 */
package dev.slipstream.latch;
