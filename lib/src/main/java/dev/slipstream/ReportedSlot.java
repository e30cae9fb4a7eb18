package dev.slipstream;

import java.lang.ref.ReferenceQueue;
import org.jspecify.annotations.Nullable;

/**
 * The slot of a flight whose life is reported, to consumers of events or to listeners: what must
 * outlive a flight that is collected, so that its end can still be reported.
 */
final class ReportedSlot<K, V> extends Slot<K, V> {
  final long fetchId;

  /** What listeners are notified of; null if there are none. */
  final @Nullable FetchReport<K> report;

  ReportedSlot(
      K key,
      Load flight,
      ReferenceQueue<? super Load> queue,
      long fetchId,
      @Nullable FetchListeners<K> listeners) {
    super(key, flight, queue);
    this.fetchId = fetchId;
    this.report = listeners == null ? null : new FetchReport<>(listeners, key, fetchId);
  }
}
