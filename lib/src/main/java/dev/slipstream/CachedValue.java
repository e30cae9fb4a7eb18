package dev.slipstream;

import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.Registration;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A cached value, or the mark that there is none, in the shape in which a hit returns it: a
 * complete handle that all hits share. L1 holds these, so that a hit allocates nothing.
 */
class CachedValue<V> extends FetchHandle<V> implements FlightResult.Loaded<V> {
  final Generation<V> generation;

  /** When it was written, by the cache's ticker; see {@link L1#writeTime}. */
  final long writtenNanos;

  CachedValue(Generation<V> generation, @Nullable V value, long writtenNanos) {
    this.generation = generation;
    this.writtenNanos = writtenNanos;
    complete(value);
  }

  @Override
  public final @Nullable V value() {
    return getNow(null);
  }

  /** Returns the value of an entry that is known to have one. */
  final V present() {
    return Objects.requireNonNull(value());
  }

  /** Returns how long it may live from its write, if that is its own; else zero. */
  long ttlNanos() {
    return 0;
  }

  /** Returns whether its write was reported to all that observe the cache. */
  boolean isReported() {
    return true;
  }

  /** It was read, at a time by the cache's ticker. */
  void readAt(long nowNanos) {}

  /** It was set when it expires, by the cache's ticker. */
  void expiresAt(long nanos) {}

  /**
   * A flight that was to replace it has failed; returns whether the next waits for a time.
   *
   * @param covered whether callers that find it expired get it in place of the failure
   */
  boolean loadFailed(long nowNanos, boolean covered) {
    return false;
  }

  /** A flight that was to replace it has succeeded, and leaves it. */
  void loadSucceeded() {}

  /** Returns whether a restore or merge has written it: its write time is then of the past. */
  final boolean isRestored() {
    return generation.ofView();
  }

  @Override
  public final String toString() {
    return "FetchHandle[a cached value in cache %s]".formatted(generation.config().name());
  }

  @Override
  public final Origin origin() {
    return Origin.HIT;
  }

  @Override
  public final long fetchId() {
    return 0;
  }

  @Override
  public final @Nullable V await() {
    return value();
  }

  @Override
  public final @Nullable V await(Duration timeout) {
    Objects.requireNonNull(timeout, "timeout");
    return value();
  }

  @Override
  public final Registration onComplete(
      String name, ContinuationOptions options, Continuation<? super V> continuation) {
    return generation
        .config()
        .completed(new Outcome.Success<>(value()), null)
        .addOrRunNow(name, options, continuation);
  }
}
