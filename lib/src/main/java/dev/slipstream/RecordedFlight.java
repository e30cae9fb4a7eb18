package dev.slipstream;

import dev.slipstream.watch.EventType;
import org.jspecify.annotations.Nullable;

/**
 * A flight of a cache whose events are consumed, or which has listeners. What the slot's monitor
 * puts in order (joins, leaves, the end) is recorded under it, and so in that order; listeners are
 * notified after it is released: {@link FetchReport} has their order.
 *
 * <p>Until the recheck is over it is not known whether there will be a fetch: callers that join or
 * leave before are recorded with its start. A flight that adopts a cached value has no events.
 */
final class RecordedFlight<K, V> extends Flight<K, V> {
  private final FetchCause cause;

  /** It is recorded that the fetch began. Guarded by the slot, as the next two. */
  private boolean started;

  /** The latest that was recorded of its wait to be loaded; null if it has not waited. */
  private @Nullable EventType waited;

  /** How many have joined and left before that. */
  private int joinedEarly;

  private int leftEarly;

  /** Its entry is its own, not one that an insert callback found. Written while STORING. */
  private boolean stored;

  /** Its failure keeps the key from being fetched for a time. Written while STORING. */
  private boolean backsOff;

  RecordedFlight(CacheCore<K, V> core, K key, @Nullable LoadContext<K, V> load, FetchCause cause) {
    super(core, key, load);
    this.cause = cause;
  }

  @Override
  FetchCause cause() {
    return cause;
  }

  @Override
  Slot<K, V> newSlot(K key) {
    return core.registry.newSlot(key, this, core.newFetchId(), core.config.fetchListeners());
  }

  private ReportedSlot<K, V> reportedSlot() {
    return (ReportedSlot<K, V>) slot;
  }

  @Override
  public long fetchId() {
    return reportedSlot().fetchId;
  }

  /** Returns what listeners are notified of for a handle; null if there are none, or it is none. */
  private @Nullable FetchReport<K> reportOf(AwaiterHandle<V> handle) {
    return handle.isOfACaller() ? reportedSlot().report : null;
  }

  @Override
  void addFirst(AwaiterHandle<V> handle) {
    super.addFirst(handle);
    FetchReport<K> report = reportOf(handle);
    if (report != null) {
      report.first();
    }
  }

  @Override
  boolean join(AwaiterHandle<V> handle) {
    FetchReport<K> report = reportOf(handle);
    boolean reports;
    synchronized (slot) {
      if (!super.join(handle)) {
        return false;
      }
      reports = report != null && report.join();
      if (started) {
        record(EventType.CALLER_JOINED);
      } else {
        joinedEarly++;
      }
    }
    if (report != null && reports) {
      report.joined();
    }
    tickIfRecording();
    return true;
  }

  @Override
  void leave(AwaiterHandle<V> handle) {
    super.leave(handle);
    tickIfRecording();
  }

  private void tickIfRecording() {
    if (core.notifier().recording) {
      core.notifier().tick(slot.key);
    }
  }

  @Override
  boolean markLeft(AwaiterHandle<V> handle) {
    FetchReport<K> report = reportOf(handle);
    boolean reports;
    synchronized (slot) {
      if (hasEnded() || !super.markLeft(handle)) {
        return false;
      }
      reports = report != null && report.leave();
      if (started) {
        record(EventType.CALLER_LEFT);
      } else {
        leftEarly++;
      }
    }
    if (report != null && reports) {
      report.left();
    }
    return true;
  }

  @Override
  boolean tryFence(int seen) {
    synchronized (slot) {
      if (!super.tryFence(seen)) {
        return false;
      }
      if (started) {
        record(EventType.FENCED);
      }
      return true;
    }
  }

  @Override
  boolean latch() {
    synchronized (slot) {
      return super.latch();
    }
  }

  @Override
  void recordStart() {
    synchronized (slot) {
      if (!hasEnded()) { // else its end has recorded it, or it has adopted and another has ended it
        recordStarted();
      }
    }
    FetchReport<K> report = reportedSlot().report;
    if (report != null) {
      report.start();
    }
  }

  @Override
  void reportEnd(FlightResult.End end) {
    FetchReport<K> report = reportedSlot().report;
    if (report != null) {
      report.end(outcomeOf(end), result().failure(), isFenced());
    }
  }

  @Override
  void reportSoftTimeout() {
    super.reportSoftTimeout();
    synchronized (slot) {
      if (!hasEnded()) {
        record(EventType.SOFT_TIMEOUT);
      }
    }
    tickIfRecording();
  }

  @Override
  void noteWait(EventType next) {
    synchronized (slot) {
      boolean late = waited == null ? next == EventType.LOADING : next.compareTo(waited) <= 0;
      if (late || hasEnded()) {
        return;
      }
      waited = next;
      record(next);
    }
    tickIfRecording();
  }

  private static FetchEnd.Outcome outcomeOf(FlightResult.End end) {
    return switch (end) {
      case SUCCESS -> FetchEnd.Outcome.SUCCESS;
      case ABSENT -> FetchEnd.Outcome.ABSENT;
      case FAILURE -> FetchEnd.Outcome.FAILURE;
      case TIMEOUT -> FetchEnd.Outcome.TIMEOUT;
      case ABANDONED -> FetchEnd.Outcome.ABANDONED;
    };
  }

  @Override
  void recordStore() {
    stored = true;
  }

  @Override
  void recordBackoff() {
    backsOff = true;
  }

  @Override
  void recordEnd() {
    FlightResult<V> result = result();
    boolean loaded = result instanceof FlightResult.Loaded;
    if (!started && loaded) {
      return; // adopted
    }
    recordStarted();
    if (loaded) {
      record(typeOf(result), result.value(), null);
      if (stored && result instanceof CachedValue<V> entry) {
        core.notifier().reported(slot.key, entry);
      }
    } else if (result instanceof FlightResult.Abandoned) {
      record(EventType.ABANDONED);
    } else {
      if (result instanceof FlightResult.Covered) {
        record(EventType.RETAINED);
      }
      if (backsOff) {
        record(EventType.BACKOFF);
      }
      record(EventType.FAILED, null, result.failure());
    }
  }

  private EventType typeOf(FlightResult<V> loaded) {
    if (loaded.value() == null) {
      return EventType.ABSENT;
    }
    return cause.isRefresh() ? EventType.REFRESHED : EventType.FETCHED;
  }

  private void recordStarted() {
    if (started) {
      return;
    }
    started = true;
    record(EventType.FETCH_STARTED);
    if (cause == FetchCause.DUE) {
      record(EventType.DUE);
    } else if (cause == FetchCause.EARLY) {
      record(EventType.EARLY);
    }
    for (int i = 0; i < joinedEarly; i++) {
      record(EventType.CALLER_JOINED);
    }
    for (int i = 0; i < leftEarly; i++) {
      record(EventType.CALLER_LEFT);
    }
    if (isFenced()) {
      record(EventType.FENCED);
    }
  }

  private void record(EventType type) {
    record(type, null, null);
  }

  private void record(EventType type, @Nullable V value, @Nullable Throwable failure) {
    core.notifier().record(type, slot.key, value, failure, fetchId());
  }
}
