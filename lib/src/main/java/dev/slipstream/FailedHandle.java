package dev.slipstream;

import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.Registration;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The handle of a call that failed before it could join or start anything: it was refused, or the
 * failure of an earlier fetch is remembered.
 */
final class FailedHandle<V> extends FetchHandle<V> {
  private final CacheConfig<?, V> config;
  private final @Nullable Object key;
  private final Throwable failure;
  private final boolean refused;

  private FailedHandle(
      CacheConfig<?, V> config, @Nullable Object key, Throwable failure, boolean refused) {
    this.config = config;
    this.key = key;
    this.failure = failure;
    this.refused = refused;
    completeExceptionally(failure);
  }

  static <V> FailedHandle<V> refused(CacheConfig<?, V> config, FetchException refusal) {
    return new FailedHandle<>(config, refusal.key(), refusal, true);
  }

  static <V> FailedHandle<V> remembered(CacheConfig<?, V> config, Object key, Throwable failure) {
    return new FailedHandle<>(config, key, failure, false);
  }

  @Override
  public String toString() {
    return (refused ? "FetchHandle[refused by cache %s]" : "FetchHandle[a failure in cache %s]")
        .formatted(config.name());
  }

  @Override
  public Origin origin() {
    return refused ? Origin.STARTED : Origin.HIT;
  }

  @Override
  boolean hasOwnFailure() {
    return refused;
  }

  @Override
  public long fetchId() {
    return 0;
  }

  @Override
  public @Nullable V await() {
    return Blocking.await(this, key, config);
  }

  @Override
  public @Nullable V await(Duration timeout) {
    Objects.requireNonNull(timeout, "timeout");
    return Blocking.await(this, key, config, timeout);
  }

  @Override
  public Registration onComplete(
      String name, ContinuationOptions options, Continuation<? super V> continuation) {
    return config
        .completed(new Outcome.Failure<>(failure), key)
        .addOrRunNow(name, options, continuation);
  }
}
