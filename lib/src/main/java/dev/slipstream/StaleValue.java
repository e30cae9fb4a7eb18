package dev.slipstream;

import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.Registration;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The handle of a caller that gets a cached value which is due for renewal. */
final class StaleValue<V> extends FetchHandle<V> {
  private final CachedValue<V> entry;

  StaleValue(CachedValue<V> entry) {
    this.entry = entry;
    complete(entry.value());
  }

  @Override
  public String toString() {
    return "FetchHandle[a stale value in cache %s]".formatted(entry.generation.config().name());
  }

  @Override
  public long fetchId() {
    return 0;
  }

  @Override
  public @Nullable V await() {
    return getNow(null);
  }

  @Override
  public @Nullable V await(Duration timeout) {
    Objects.requireNonNull(timeout, "timeout");
    return getNow(null);
  }

  @Override
  public Origin origin() {
    return Origin.STALE;
  }

  @Override
  public Registration onComplete(
      String name, ContinuationOptions options, Continuation<? super V> continuation) {
    return entry.onComplete(name, options, continuation);
  }
}
