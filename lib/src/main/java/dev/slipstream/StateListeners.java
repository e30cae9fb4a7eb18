package dev.slipstream;

import dev.slipstream.internal.InterruptibleRun;
import dev.slipstream.watch.StateListener;
import dev.slipstream.watch.StateListenerHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Tells listeners what has changed in L1: all of them the same, in one order, outside every lock.
 *
 * <p>A change is noted where it happens, which may be inside a lock, and told by whoever comes out
 * of its own operation next. One thread tells at a time; others that come meanwhile leave their
 * changes to it. So a listener that changes the cache is told of that after it has returned.
 */
final class StateListeners<K, V> {
  private final String cache;
  private final CopyOnWriteArrayList<Registered> listeners = new CopyOnWriteArrayList<>();
  private final Queue<Change<K, V>> changes = new ConcurrentLinkedQueue<>();

  /** How many have come to tell since somebody began; who finds none before it tells. */
  private final AtomicInteger tellers = new AtomicInteger();

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

  /** Notes a change, to be told by the next {@link #tell}. */
  void note(K key, @Nullable V before, @Nullable V after) {
    if (!listeners.isEmpty()) {
      changes.add(new Change<>(key, before, after));
    }
  }

  /** Tells what has been noted. Called with no lock held. */
  void tell() {
    if (changes.isEmpty()) {
      return;
    }
    int aside = LoadStack.putAside();
    try {
      if (tellers.getAndIncrement() == 0) {
        tellInTurn();
      }
    } finally {
      LoadStack.takeBack(aside);
    }
  }

  private void tellInTurn() {
    int seen = 1;
    try {
      while (seen != 0) {
        tellAll();
        seen = tellers.addAndGet(-seen);
      }
    } finally {
      if (seen != 0) { // out of stack or memory: the next one tells the rest
        tellers.set(0);
      }
    }
  }

  private void tellAll() {
    for (Change<K, V> change = changes.poll(); change != null; change = changes.poll()) {
      for (Registered listener : listeners) {
        listener.tell(change);
      }
    }
  }

  private record Change<K, V>(K key, @Nullable V before, @Nullable V after) {}

  private final class Registered implements StateListenerHandle {
    private final StateListener<? super K, ? super V> listener;

    /** Set once, by close. */
    private volatile boolean closed;

    Registered(StateListener<? super K, ? super V> listener) {
      this.listener = listener;
    }

    void tell(Change<K, V> change) {
      if (closed) {
        return;
      }
      try {
        listener.onStateChanged(change.key, change.before, change.after);
      } catch (Throwable e) {
        InterruptibleRun.keepInterrupt(e);
        Failures.log("cache {}: a state listener failed for key {}", cache, change.key, e);
      }
    }

    @Override
    public void close() {
      closed = true;
      listeners.remove(this);
    }
  }
}
