package dev.slipstream;

import dev.slipstream.internal.Timer;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.watch.EventType;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A flight's party in the ledger: its scope, its state, and what each step of it needs. {@link
 * SharedLoad} has the argument.
 */
abstract class LedgerParty<K, V> extends LoadContext<K, V> {
  /** See {@link SharedLoad}. */
  enum State {
    NEW,
    ENTERING,
    WAITING,
    LOADING,
    COMMITTING,
    ALONE,
    ENDED
  }

  final LedgerLink<K, V> link;
  final K key;
  final FetchScope scope;
  final Object lock = new Object();

  // Written before the first call to the ledger.
  @Nullable Flight<K, V> flight;
  @Nullable AsyncLoader<? super K, ? extends V> loader;
  SharedLoads.@Nullable Entry<K> entry;

  /** Guarded by lock, as the next three. */
  State state = State.NEW;

  /** The next look, or the next renewal. */
  Timer.@Nullable Handle next;

  /** Whether a look or a renewal has no answer yet. */
  boolean asking;

  LedgerParty(CacheCore<K, V> core, LedgerLink<K, V> link, K key) {
    super(core);
    this.link = link;
    this.key = key;
    this.scope = link.newScope();
  }

  @Override
  public final K key() {
    return key;
  }

  @Override
  final Slot<K, V> place() {
    return flight().slot;
  }

  @Override
  final void setGathering(boolean gathering) {
    flight().setGathering(gathering);
  }

  @Override
  final void noteWait(EventType next) {
    flight().noteWait(next);
  }

  @Override
  public final long fetchId() {
    return flight().fetchId();
  }

  @Override
  public final boolean loads(Object cache, Object key) {
    return core == cache && this.key.equals(key);
  }

  final Inserted<V> adopted(@Nullable V value, Duration age, long sent) {
    Duration trip = Duration.ofNanos(Math.max(0, core.l1().now() - sent));
    return new Inserted<>(core.l1().newEntry(value, age.plus(trip)), true, false);
  }

  static <V> Inserted<V> refused(FetchException failure) {
    return Inserted.failed(new FlightResult.Refused<>(failure));
  }

  final void conclude(Inserted<V> found) {
    flight().conclude(found);
  }

  /** Goes from one state to another, if it is in that. */
  final boolean moves(State from, State to) {
    synchronized (lock) {
      if (state != from) {
        return false;
      }
      state = to;
      cancelNext();
      return true;
    }
  }

  final boolean is(State wanted) {
    synchronized (lock) {
      return state == wanted;
    }
  }

  final Flight<K, V> flight() {
    return Objects.requireNonNull(flight);
  }

  /** Called under the lock. */
  final void cancelNext() {
    Timer.Handle handle = next;
    if (handle != null) {
      handle.cancel();
      next = null;
    }
  }

  final void forget() {
    SharedLoads.Entry<K> place = entry;
    if (place != null) {
      link.loads.remove(place);
    }
  }

  /** This load does not need its bulk's loader, for now. */
  final void bulkGoesOn() {
    if (loader instanceof SharedBulk<?, ?> bulk) {
      bulk.answered(this);
    }
  }

  /** Runs a step; what it throws ends the flight: nobody may be left waiting. */
  final void guarded(Runnable step) {
    try {
      step.run();
    } catch (Throwable e) {
      synchronized (lock) {
        state = State.ENDED;
        cancelNext();
      }
      forget();
      boolean unused = cancel(false);
      flight().breakOff(e);
    }
  }

  /** A question of this load's. */
  class Answer<R extends @Nullable Object> extends LedgerCall<R> {
    void got(R unused) {}

    void missed(Throwable unused) {}

    @Override
    final void answered(R answer) {
      link.reached();
      guarded(() -> got(answer));
    }

    @Override
    final void failed(Throwable failure) {
      boolean unused = link.missed(failure);
      guarded(() -> missed(failure));
    }
  }
}
