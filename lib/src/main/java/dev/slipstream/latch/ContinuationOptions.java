package dev.slipstream.latch;

import dev.slipstream.internal.Arguments;
import dev.slipstream.internal.Threads;
import dev.slipstream.internal.Timer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a continuation is run. Immutable: each method returns options that differ in one point, and a
 * second call of a method replaces the first.
 *
 * <pre>{@code
 * invoice.addOrRunNow(
 *     "mail",
 *     ContinuationOptions.defaults()
 *         .onlyOnSuccess()
 *         .timeout(Duration.ofSeconds(5))
 *         .retries(3, Duration.ofMillis(200))
 *         .queue(mails),
 *     outcome -> mailer.send(order, outcome));
 * }</pre>
 *
 * <p>Two options are equal if all they say is equal, and their queue is one and the same.
 */
public final class ContinuationOptions {
  private static final ContinuationOptions DEFAULTS =
      new ContinuationOptions(Filter.ANY, null, 0, Duration.ZERO, null, Threads.timer());

  private final Filter filter;
  private final @Nullable Duration timeout;
  private final int retries;
  private final Duration retryDelay;
  private final @Nullable ContinuationQueue queue;
  private final Timer timer;

  private ContinuationOptions(
      Filter filter,
      @Nullable Duration timeout,
      int retries,
      Duration retryDelay,
      @Nullable ContinuationQueue queue,
      Timer timer) {
    this.filter = filter;
    this.timeout = timeout;
    this.retries = retries;
    this.retryDelay = retryDelay;
    this.queue = queue;
    this.timer = timer;
  }

  /**
   * Returns the options of a continuation that was registered without any: whatever the outcome, it
   * runs once, without a timeout, on the executor.
   *
   * @return options
   */
  public static ContinuationOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Returns options with which a continuation runs only if the job succeeds: on {@link
   * Outcome.Success}, also of null, and neither on {@link Outcome.Failure} nor on {@link
   * Outcome.Abandoned}. It takes the place of {@link #onlyOnFailure}.
   *
   * @return options
   */
  public ContinuationOptions onlyOnSuccess() {
    return new ContinuationOptions(Filter.SUCCESS, timeout, retries, retryDelay, queue, timer);
  }

  /**
   * Returns options with which a continuation runs only if the job fails: on {@link
   * Outcome.Failure}, and neither on {@link Outcome.Success} nor on {@link Outcome.Abandoned},
   * since a job that was given up has not failed. It takes the place of {@link #onlyOnSuccess}.
   *
   * @return options
   */
  public ContinuationOptions onlyOnFailure() {
    return new ContinuationOptions(Filter.FAILURE, timeout, retries, retryDelay, queue, timer);
  }

  /**
   * Returns options with which a run that takes longer has its thread interrupted. It then counts
   * as timed out and as failed, also if it returns all the same; a continuation that heeds no
   * interrupt runs on, since nothing can stop it. The interrupt reaches nothing else that the
   * thread does.
   *
   * @param timeout how long each run may take, on the wall clock, from its start
   * @return options
   * @throws IllegalArgumentException if the timeout is not positive
   */
  public ContinuationOptions timeout(Duration timeout) {
    Arguments.requirePositive("timeout", timeout);
    return new ContinuationOptions(filter, timeout, retries, retryDelay, queue, timer);
  }

  /**
   * Returns options with which a continuation that throws or runs into its timeout is run again. No
   * thread waits meanwhile. One that ends with an {@link InterruptedException} without having run
   * into its timeout is not: other code stops the thread.
   *
   * @param retries how many more runs there may be after the first
   * @param delay how long to wait before each of them, on the wall clock
   * @return options
   * @throws IllegalArgumentException if one of them is negative
   */
  public ContinuationOptions retries(int retries, Duration delay) {
    Arguments.notNegative("retries", retries);
    Arguments.notNegative("delay", delay);
    return new ContinuationOptions(filter, timeout, retries, delay, queue, timer);
  }

  /**
   * Returns options with which a continuation shares a bounded queue with others.
   *
   * @param queue what bounds them; it may serve any number of jobs
   * @return options
   */
  public ContinuationOptions queue(ContinuationQueue queue) {
    Objects.requireNonNull(queue, "queue");
    return new ContinuationOptions(filter, timeout, retries, retryDelay, queue, timer);
  }

  /** Returns options whose timeouts and retries go by a timer that a test drives. */
  ContinuationOptions timer(Timer timer) {
    return new ContinuationOptions(filter, timeout, retries, retryDelay, queue, timer);
  }

  boolean accepts(Outcome<?> outcome) {
    return switch (filter) {
      case ANY -> true;
      case SUCCESS -> outcome instanceof Outcome.Success;
      case FAILURE -> outcome instanceof Outcome.Failure;
    };
  }

  @Nullable Duration timeout() {
    return timeout;
  }

  int retries() {
    return retries;
  }

  Duration retryDelay() {
    return retryDelay;
  }

  @Nullable ContinuationQueue queue() {
    return queue;
  }

  Timer timer() {
    return timer;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ContinuationOptions that
        && filter == that.filter
        && Objects.equals(timeout, that.timeout)
        && retries == that.retries
        && retryDelay.equals(that.retryDelay)
        && queue == that.queue
        && timer == that.timer;
  }

  @Override
  public int hashCode() {
    return Objects.hash(filter, timeout, retries, retryDelay, queue);
  }

  @Override
  public String toString() {
    return "ContinuationOptions[%s, %s, %d retries %s apart, %s]"
        .formatted(
            filter.text,
            timeout == null ? "no timeout" : "timeout " + timeout,
            retries,
            retryDelay,
            queue == null ? "no queue" : queue);
  }

  private enum Filter {
    ANY("on any outcome"),
    SUCCESS("only on success"),
    FAILURE("only on failure");

    private final String text;

    Filter(String text) {
      this.text = text;
    }
  }
}
