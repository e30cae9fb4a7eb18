package dev.slipstream;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A thread of its own that makes one blocking call. */
final class Caller<T> extends Thread {
  private final Callable<T> call;
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private volatile boolean flagAfterwards;

  private Caller(Callable<T> call) {
    super("caller");
    this.call = call;
    setDaemon(true);
  }

  static <T> Caller<T> start(Callable<T> call) {
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

  /** Returns whether the call returned or threw. */
  boolean isReturned() {
    return result.isDone();
  }

  /** Returns what the call returned. */
  @Nullable T value() {
    return Eventually.value(result);
  }

  /** Returns what the call threw. */
  Throwable failure() {
    return Eventually.failure(result);
  }

  /** Returns whether the thread's interrupt flag was set when the call was over. */
  boolean wasInterruptedAfterwards() {
    Eventually.until("the call is over", result::isDone);
    return flagAfterwards;
  }
}
