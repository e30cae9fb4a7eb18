package dev.slipstream;

import dev.slipstream.internal.Arguments;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The settings of a builder for when entries are renewed, each checked when it is set. */
final class FreshnessSettings {
  private static final Duration BACKOFF_MIN = Duration.ofMillis(100);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(10);

  private @Nullable Duration refreshAfterWrite;
  private @Nullable Double earlyRefresh;
  private @Nullable Duration backoffMin;
  private @Nullable Duration backoffMax;
  private @Nullable Duration staleIfError;
  private Predicate<? super Throwable> coversFailure = failure -> true;
  private @Nullable Duration softTimeout;
  private @Nullable Duration failureTtl;
  private Predicate<? super Throwable> remembersFailure = failure -> true;

  void refreshAfterWrite(Duration duration) {
    Objects.requireNonNull(duration, "duration");
    Arguments.requireUnset(refreshAfterWrite, "refreshAfterWrite", duration);
    Arguments.requirePositive("refreshAfterWrite", duration);
    refreshAfterWrite = duration;
  }

  void earlyRefresh(double beta) {
    Arguments.requireUnset(earlyRefresh, "earlyRefresh", beta);
    if (!(beta > 0 && beta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "earlyRefresh must be more than 0 and finite, but is " + beta + ": 1.0 is the usual");
    }
    earlyRefresh = beta;
  }

  void failureBackoff(Duration min, Duration max) {
    Objects.requireNonNull(min, "min");
    Objects.requireNonNull(max, "max");
    Arguments.requireUnset(backoffMin, "failureBackoff", min);
    Arguments.notNegative("failureBackoff's min", min);
    if (min.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          "failureBackoff's min must not be more than its max, but they are %s and %s"
              .formatted(min, max));
    }
    backoffMin = min;
    backoffMax = max;
  }

  void staleIfError(Duration duration, Predicate<? super Throwable> failures) {
    Objects.requireNonNull(duration, "duration");
    Objects.requireNonNull(failures, "failures");
    Arguments.requireUnset(staleIfError, "staleIfError", duration);
    Arguments.requirePositive("staleIfError", duration);
    staleIfError = duration;
    coversFailure = failures;
  }

  void softTimeout(Duration duration) {
    Objects.requireNonNull(duration, "duration");
    Arguments.requireUnset(softTimeout, "softTimeout", duration);
    Arguments.requirePositive("softTimeout", duration);
    softTimeout = duration;
  }

  void failureTtl(Duration duration, Predicate<? super Throwable> failures) {
    Objects.requireNonNull(duration, "duration");
    Objects.requireNonNull(failures, "failures");
    Arguments.requireUnset(failureTtl, "failureTtl", duration);
    Arguments.requirePositive("failureTtl", duration);
    failureTtl = duration;
    remembersFailure = failures;
  }

  /** Returns what was set, once it is known to fit the builder's other settings. */
  Freshness build(
      @Nullable Duration expireAfterWrite,
      boolean expiresAfterAccess,
      boolean expiresVariably,
      double ttlJitter,
      @Nullable Duration fetchTimeout) {
    if (staleIfError != null
        && expireAfterWrite == null
        && !expiresAfterAccess
        && !expiresVariably) {
      throw new IllegalStateException(
          "staleIfError needs an expiry, but none was set: call expireAfterWrite(…), expireAfterAccess(…) or expireAfter(…)");
    }
    if (softTimeout != null && staleIfError == null) {
      throw new IllegalStateException(
          "softTimeout needs values that are kept after they have expired: call staleIfError(…)");
    }
    if (softTimeout != null && fetchTimeout != null && softTimeout.compareTo(fetchTimeout) >= 0) {
      throw new IllegalStateException(
          "softTimeout must be less than fetchTimeout, but they are %s and %s: every fetch would time out before it"
              .formatted(softTimeout, fetchTimeout));
    }
    if (earlyRefresh != null && expireAfterWrite == null && !expiresVariably) {
      throw new IllegalStateException(
          "earlyRefresh needs a time to live, but none was set: call expireAfterWrite(…) or expireAfter(…)");
    }
    if (refreshAfterWrite != null && expireAfterWrite != null) {
      requireDueBeforeExpiry(refreshAfterWrite, expireAfterWrite, ttlJitter);
    }
    return new Freshness(
        refreshAfterWrite == null ? 0 : Arguments.saturatedNanos(refreshAfterWrite),
        earlyRefresh == null ? 0 : earlyRefresh,
        new Backoff.Limits(
            Arguments.saturatedNanos(backoffMin == null ? BACKOFF_MIN : backoffMin),
            Arguments.saturatedNanos(backoffMax == null ? BACKOFF_MAX : backoffMax)),
        staleIfError == null ? 0 : Arguments.saturatedNanos(staleIfError),
        coversFailure,
        softTimeout == null ? 0 : Arguments.saturatedNanos(softTimeout),
        failureTtl,
        remembersFailure);
  }

  private static void requireDueBeforeExpiry(
      Duration refreshAfterWrite, Duration expireAfterWrite, double ttlJitter) {
    double shortest = Arguments.saturatedNanos(expireAfterWrite) * (1 - ttlJitter);
    if (Arguments.saturatedNanos(refreshAfterWrite) >= shortest) {
      throw new IllegalStateException(
          "refreshAfterWrite must be less than expireAfterWrite%s, but they are %s and %s: an entry would expire before it is due"
              .formatted(
                  ttlJitter == 0 ? "" : " less its ttlJitter of " + ttlJitter,
                  refreshAfterWrite,
                  expireAfterWrite));
    }
  }
}
