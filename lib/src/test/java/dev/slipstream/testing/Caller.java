package dev.slipstream.testing;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A daemon thread that makes one call, which may block. */
public final class Caller<T> extends Thread {
  private final Callable<T> call;
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private volatile boolean flagAfterwards;

  private Caller(Callable<T> call) {
    super("caller");
    this.call = call;
    setDaemon(true);
  }

  /** Starts a thread that makes the call. */
  public static <T> Caller<T> start(Callable<T> call) {
    Caller<T> caller = new Caller<>(call);
    caller.start();
    return caller;
  }

  @Override
  public void run() {
    try {
      T value = call.call();
      flagAfterwards = isInterrupted();
      result.complete(value);
    } catch (Throwable e) {
      flagAfterwards = isInterrupted();
      result.completeExceptionally(e);
    }
  }

  /** Waits until the thread is parked, in a wait with or without a timeout. */
  public void awaitWaiting() {
    Eventually.until(
        "the thread waits", () -> getState() == State.WAITING || getState() == State.TIMED_WAITING);
  }

  /** Returns whether the call has returned or thrown. */
  public boolean isReturned() {
    return result.isDone();
  }

  /** Waits until the call has returned, and returns its value. */
  public @Nullable T value() {
    return Eventually.value(result);
  }

  /** Waits until the call has thrown, and returns the exception. */
  public Throwable failure() {
    return Eventually.failure(result);
  }

  /** Waits until the call has ended, and returns whether the thread was interrupted then. */
  public boolean wasInterruptedAfterwards() {
    Eventually.until("the call ends", result::isDone);
    return flagAfterwards;
  }
}
