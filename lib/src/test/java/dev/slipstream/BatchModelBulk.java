package dev.slipstream;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a caller has on several keys in the {@link BatchModel}. */
final class BatchModelBulk {
  private final BatchModel model;
  final List<BatchModelCaller> parts = new ArrayList<>();

  /** Whether all parts are there. */
  private boolean sealed;

  boolean isDone;
  boolean isCancelled;

  /** Whether its end was compared with the cache's. */
  boolean isCompared;

  /** The first failure of a part. */
  @Nullable Object failure;

  BatchModelBulk(BatchModel model) {
    this.model = model;
  }

  /** Returns whether a failure of a part now has the others left behind its step. */
  boolean isWaiting() {
    return sealed && !isDone;
  }

  void partDone() {
    isDone = sealed && failure == null && parts.stream().allMatch(part -> part.isDone);
  }

  void partFailed(Object failure) {
    if (this.failure == null) {
      this.failure = failure;
      if (sealed) {
        model.failing.add(this);
      }
    }
  }

  void seal() {
    sealed = true;
    if (failure == null) {
      partDone();
    } else {
      leave();
    }
  }

  /** Leaves all keys. */
  void leave() {
    isDone = true;
    parts.forEach(model::leave);
  }

  /** Returns what it completes with, in the order asked. */
  Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    for (BatchModelCaller part : parts) {
      if (part.value != null) {
        values.put(part.key, part.value);
      }
    }
    return values;
  }
}
