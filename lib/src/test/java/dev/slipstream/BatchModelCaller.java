package dev.slipstream;

import org.jspecify.annotations.Nullable;

/** What a caller has on one key in the {@link BatchModel}: a handle, or a part of a bulk. */
final class BatchModelCaller {
  final String key;

  /** The bulk that it is a part of. */
  final @Nullable BatchModelBulk bulk;

  /** What it waits for, until it is done. */
  @Nullable BatchModelFlight flight;

  boolean isDone;
  boolean isCancelled;

  /** Whether its end was compared with the cache's. */
  boolean isCompared;

  @Nullable String value;

  /** What it failed with: the instance, or the class if the library makes it. */
  @Nullable Object failure;

  Origin origin = Origin.STARTED;

  BatchModelCaller(String key, @Nullable BatchModelBulk bulk) {
    this.key = key;
    this.bulk = bulk;
  }

  void complete(@Nullable String value) {
    isDone = true;
    this.value = value;
    if (bulk != null) {
      bulk.partDone();
    }
  }

  void fail(Object failure) {
    isDone = true;
    this.failure = failure;
    if (bulk != null) {
      bulk.partFailed(failure);
    }
  }
}
