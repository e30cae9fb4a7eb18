package dev.slipstream;

import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.Registration;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The handle of a call that was refused before it could join or start anything. */
final class FailedHandle<V> extends FetchHandle<V> {
  private final CacheConfig<?, V> config;
  private final FetchException refusal;

  FailedHandle(CacheConfig<?, V> config, FetchException refusal) {
    this.config = config;
    this.refusal = refusal;
    completeExceptionally(refusal);
  }

  @Override
  public String toString() {
    return "FetchHandle[refused by cache %s]".formatted(config.name());
  }

  @Override
  public Origin origin() {
    return Origin.STARTED;
  }

  @Override
  boolean hasOwnFailure() {
    return true;
  }

  @Override
  public long fetchId() {
    return 0;
  }

  @Override
  public @Nullable V await() {
    return Blocking.await(this, refusal.key(), config);
  }

  @Override
  public @Nullable V await(Duration timeout) {
    Objects.requireNonNull(timeout, "timeout");
    return Blocking.await(this, refusal.key(), config, timeout);
  }

  @Override
  public Registration onComplete(
      String name, ContinuationOptions options, Continuation<? super V> continuation) {
    return config
        .completed(new Outcome.Failure<>(refusal), refusal.key())
        .addOrRunNow(name, options, continuation);
  }
}
