package dev.slipstream;

import org.jspecify.annotations.Nullable;

/** What a caller has in the {@link CacheModel}. */
final class ModelHandle {
  final ModelStep step;

  /** What it waits for, until it is done. */
  @Nullable ModelFlight flight;

  /** Whether it is to have a newer fetch if this one has a tag that was invalidated. */
  boolean rejoins;

  /** Whether it has got a newer fetch. */
  boolean hasRejoined;

  boolean isDone;
  boolean isCancelled;
  @Nullable String value;

  /** What it failed with: the instance, or the class if the library makes it. */
  @Nullable Object failure;

  Origin origin = Origin.STARTED;

  ModelHandle(ModelStep step) {
    this.step = step;
  }

  boolean isRefresh() {
    return step.what() == ModelStep.What.REFRESH;
  }

  void complete(@Nullable String value, Origin origin) {
    isDone = true;
    flight = null;
    this.value = value;
    this.origin = origin;
  }

  void fail(Object failure) {
    isDone = true;
    flight = null;
    this.failure = failure;
  }
}
