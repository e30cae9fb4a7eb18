package dev.slipstream.latch;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of one continuation: whatever it throws ends here, in the log. */
final class Firing<T> extends AtomicBoolean implements Runnable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(Continuations.class);

  private final String name;
  private final transient Continuation<? super T> continuation;
  private final transient Outcome<T> outcome;
  private final transient Object owner;

  Firing(String name, Continuation<? super T> continuation, Outcome<T> outcome, Object owner) {
    this.name = name;
    this.continuation = continuation;
    this.outcome = outcome;
    this.owner = owner;
  }

  /**
   * Runs it, once: an executor that runs a task and then claims to have rejected it is believed.
   */
  @Override
  public void run() {
    if (!compareAndSet(false, true)) {
      return;
    }
    try {
      continuation.onComplete(outcome);
    } catch (InterruptedException e) {
      LOG.warn("continuation '{}' of {} was interrupted", name, owner, e);
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      LOG.warn("continuation '{}' of {} failed", name, owner, e);
    }
  }
}
