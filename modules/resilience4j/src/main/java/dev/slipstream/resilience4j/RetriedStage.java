package dev.slipstream.resilience4j;

import dev.slipstream.FetchContext;
import dev.slipstream.resilience4j.GuardedLoader.LoadCall;
import io.github.resilience4j.retry.Retry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The stage of a fetch's attempts, one after another; it completes with the last of them. */
final class RetriedStage<V> extends AbandonableStage<V> {
  private final Retry.AsyncContext<V> attempts;
  private final LoadCall<V> call;
  private final FetchContext context;

  /**
   * Written by any thread that gives up the fetch; read before each attempt and after its start.
   */
  private volatile boolean abandoned;

  /**
   * The attempt that runs. Written by the thread that starts it, before it reads the flag above.
   */
  private volatile @Nullable CompletionStage<?> running;

  RetriedStage(Retry.AsyncContext<V> attempts, LoadCall<V> call, FetchContext context) {
    this.attempts = attempts;
    this.call = call;
    this.context = context;
  }

  void attempt() {
    if (abandoned) {
      return;
    }
    CompletionStage<? extends @Nullable V> source;
    try {
      source = call.start();
    } catch (Throwable e) {
      end(null, e);
      return;
    }
    running = source;
    if (abandoned) {
      cancel(source);
    }
    var unused = source.whenComplete(this::end);
  }

  private void end(@Nullable V value, @Nullable Throwable failure) {
    if (abandoned) {
      completeAs(value, failure);
      return;
    }
    try {
      long delay = failure == null ? attempts.onResult(value) : attempts.onError(failure);
      if (delay >= 0) {
        attemptLater(delay);
        return;
      }
      if (failure == null) {
        attempts.onComplete(); // which throws if the retries are used up
      }
    } catch (Throwable e) { // also of predicates and of consumers of events
      completeExceptionally(e);
      return;
    }
    completeAs(value, failure);
  }

  private void attemptLater(long millis) {
    CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, Runnable::run)
        .execute(this::handOver);
  }

  /** Runs on the JDK's timer thread, which has others to serve. */
  private void handOver() {
    try {
      context.execute(this::attempt);
    } catch (RuntimeException | Error e) { // it was rejected
      completeExceptionally(e);
    }
  }

  @Override
  void abandon() {
    abandoned = true;
    CompletionStage<?> source = running;
    if (source != null) {
      cancel(source);
    }
  }
}
