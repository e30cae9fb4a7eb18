package dev.slipstream;

import dev.slipstream.StatsRecorder.End;
import dev.slipstream.latch.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What a flight came to, in the shape in which it is kept: a {@link CachedValue}, an {@link
 * Outcome.Failure} by the loader, an {@link Outcome.Abandoned}, or a {@link FetchException} of the
 * library's own.
 */
final class Result {
  private Result() {}

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <V> @Nullable V valueOf(Object result) {
    return result instanceof CachedValue<?> entry ? ((CachedValue<V>) entry).value() : null;
  }

  static @Nullable Throwable failureOf(Object result) {
    if (result instanceof Outcome.Failure<?> failure) {
      return failure.cause();
    }
    return result instanceof FetchException own ? own : null;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <V> Outcome<V> toOutcome(Object result) {
    if (result instanceof CachedValue<?> entry) {
      return new Outcome.Success<>(((CachedValue<V>) entry).value());
    }
    return result instanceof FetchException own ? new Outcome.Failure<>(own) : (Outcome<V>) result;
  }

  /** Returns how a result that latched counts. */
  static End endOf(Object result) {
    if (result instanceof CachedValue<?> entry) {
      return entry.value() == null ? End.ABSENT : End.SUCCESS;
    }
    return End.FAILURE;
  }
}
