package dev.slipstream;

import dev.slipstream.PendingChanges.Change;
import dev.slipstream.internal.InterruptibleRun;
import dev.slipstream.internal.Threads;
import dev.slipstream.watch.StateListener;
import dev.slipstream.watch.StateListenerHandle;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Notifies listeners of what has changed in L1: all of them the same, in one order, outside every
 * lock.
 *
 * <p>A change is noted where it happens, which may be inside a lock, and delivered by the thread
 * that comes out of its own operation next. One thread delivers at a time; others that come
 * meanwhile leave their changes to it. So a listener that changes the cache is notified of that
 * after it has returned. A thread that has delivered for a while hands over to a task, so that no
 * writer works for the others without end.
 */
final class StateListeners<K, V> {
  /** So many changes a thread delivers before it hands over. */
  private static final int TURN = 256;

  private final String cache;
  private final CopyOnWriteArrayList<Registered> listeners = new CopyOnWriteArrayList<>();
  private final PendingChanges<K, V> changes = new PendingChanges<>();

  /** How many threads have come to deliver since one began; the one that finds none delivers. */
  private final AtomicInteger deliverers = new AtomicInteger();

  /** Whether the thread that delivers has begun. That thread's own. */
  private boolean begun = true;

  StateListeners(String cache) {
    this.cache = cache;
  }

  StateListenerHandle add(StateListener<? super K, ? super V> listener) {
    Registered registered = new Registered(listener);
    listeners.add(registered);
    return registered;
  }

  boolean isEmpty() {
    return listeners.isEmpty();
  }

  /** Returns how many changes listeners were not notified of one by one. */
  long coalesced() {
    return changes.coalesced();
  }

  /** Notes a change, which the next {@link #deliver} delivers. */
  void note(K key, @Nullable V before, @Nullable V after) {
    if (!listeners.isEmpty()) {
      changes.add(key, before, after);
    }
  }

  /** Delivers what has been noted. Called with no lock held. */
  void deliver() {
    if (changes.isEmpty()) {
      return;
    }
    int aside = LoadStack.putAside();
    boolean delivers = false;
    try {
      if (deliverers.getAndIncrement() == 0) {
        delivers = true;
        begun = false;
        deliverInTurn(TURN);
      }
    } catch (Throwable e) {
      if (delivers && !begun) { // there was no stack for the call
        deliverers.set(0);
      }
      throw e;
    } finally {
      LoadStack.takeBack(aside);
    }
  }

  /** Delivers, as the only thread that does, until nothing is left or the turn is over. */
  private void deliverInTurn(int turn) {
    begun = true;
    int seen = 1;
    int left = turn;
    boolean handedOver = false;
    try {
      seen = deliverers.get();
      while (seen != 0) {
        Change<K, V> change = changes.poll();
        if (change == null) {
          seen = deliverers.addAndGet(-seen);
        } else {
          notifyOf(change);
          left--;
        }
        if (left == 0 && seen != 0) {
          left = TURN;
          if (handOver()) {
            handedOver = true;
            return;
          }
        }
      }
    } finally {
      if (seen != 0 && !handedOver) { // out of stack or memory: the next thread delivers the rest
        deliverers.set(0);
      }
    }
  }

  private boolean handOver() {
    try {
      Threads.executor().execute(() -> deliverInTurn(TURN));
      return true;
    } catch (RuntimeException | Error e) { // no thread can be started: this one goes on
      return false;
    }
  }

  private void notifyOf(Change<K, V> change) {
    for (Registered listener : listeners) {
      listener.notifyOf(change);
    }
  }

  private final class Registered implements StateListenerHandle {
    private final StateListener<? super K, ? super V> listener;

    /** Set once, by close. */
    private volatile boolean closed;

    Registered(StateListener<? super K, ? super V> listener) {
      this.listener = listener;
    }

    void notifyOf(Change<K, V> change) {
      if (closed) {
        return;
      }
      try {
        listener.onStateChanged(change.key(), change.before(), change.after());
      } catch (Throwable e) {
        InterruptibleRun.keepInterrupt(e);
        Failures.log("cache {}: a state listener failed for key {}", cache, change.key(), e);
      }
    }

    @Override
    public void close() {
      closed = true;
      listeners.remove(this);
    }
  }
}
