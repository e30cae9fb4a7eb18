package dev.slipstream;

import dev.slipstream.internal.Arguments;
import dev.slipstream.internal.Timer;
import dev.slipstream.ledger.FeedListener;
import dev.slipstream.ledger.LedgerFeed;
import org.jspecify.annotations.Nullable;

/**
 * What other nodes change, as it is delivered to this one: an invalidation elsewhere fences and
 * removes here as one of its own would, and is not published again. While nothing is delivered,
 * what is stored is dropped from time to time.
 */
final class RemoteChanges<K, V> implements FeedListener<K> {
  private final LedgerLink<K, V> link;
  private final FencedWrites<K, V> writes;

  // Guarded by this.
  private Timer.@Nullable Handle dropping;
  private @Nullable LedgerFeed feed;
  private boolean closed;

  /** Whether the feed has been attached before. The feed's, whose calls come one at a time. */
  private boolean attachedBefore;

  RemoteChanges(LedgerLink<K, V> link, FencedWrites<K, V> writes) {
    this.link = link;
    this.writes = writes;
  }

  void listen() {
    detached(); // until it is attached
    LedgerFeed attaching = link.ledger.listen(link.node, this);
    synchronized (this) {
      feed = attaching;
    }
  }

  @Override
  public void invalidated(K key) {
    writes.forget(key);
    link.loads.changed(key);
  }

  @Override
  public void invalidatedAll() {
    writes.forgetAll();
    link.loads.changedAll();
  }

  @Override
  public void changed(K key) {
    link.loads.changed(key);
  }

  @Override
  public void attached(boolean missedNothing) {
    stopDropping();
    boolean untouched = !attachedBefore && !link.isUsed(); // all there can be was restored
    attachedBefore = true;
    if (!missedNothing && !untouched) {
      writes.forgetAll();
    }
    link.loads.changedAll();
  }

  @Override
  public void detached() {
    stopDropping();
    dropLater();
  }

  private synchronized void dropLater() {
    if (!closed) {
      dropping = link.later(this::drop, Arguments.saturatedNanos(link.options.detachedFor()));
    }
  }

  private void drop() {
    Timer.Handle due;
    synchronized (this) {
      due = dropping;
    }
    if (due != null) {
      writes.forgetAll();
      dropAgain(due);
    }
  }

  /** Goes on, unless the feed has attached meanwhile. */
  private synchronized void dropAgain(Timer.Handle due) {
    if (dropping == due) {
      dropLater();
    }
  }

  private synchronized void stopDropping() {
    if (dropping != null) {
      dropping.cancel();
      dropping = null;
    }
  }

  void close() {
    LedgerFeed attached;
    synchronized (this) {
      closed = true;
      attached = feed;
    }
    stopDropping();
    if (attached != null) {
      attached.close();
    }
  }
}
