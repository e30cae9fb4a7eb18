package dev.slipstream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fetch of the {@link BatchModel}. */
final class BatchModelFlight {
  final String key;
  final List<BatchModelCaller> callers = new ArrayList<>();
  BatchModelTimers.@Nullable Entry timer;

  /** What loads it; null while it is gathered. */
  @Nullable BatchModelLoad load;

  boolean pinned;
  boolean fenced;
  boolean ended;

  BatchModelFlight(String key) {
    this.key = key;
  }

  InFlight.Phase phase() {
    if (load == null) {
      return InFlight.Phase.GATHERING;
    }
    return load.isQueued ? InFlight.Phase.QUEUED : InFlight.Phase.LOADING;
  }

  /** Returns whether a failure of another part of a bulk may have ended it first, as abandoned. */
  boolean mayBeLeftMeanwhile() {
    return !pinned && callers.stream().allMatch(caller -> caller.bulk != null);
  }
}
