/**
 * Named continuations on a job whose outcome, once latched, never changes. Nothing here knows the
 * cache: {@link dev.slipstream.latch.Continuations} serves any job.
 */
package dev.slipstream.latch;
