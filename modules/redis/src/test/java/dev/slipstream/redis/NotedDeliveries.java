package dev.slipstream.redis;

import dev.slipstream.ledger.FeedListener;
import dev.slipstream.ledger.FetchLedger;
import dev.slipstream.ledger.NodeIdentity;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * A cache's listener, that notes which invalidations have been delivered to the cache, those that
 * it is done with, and whether its feed is attached.
 */
final class NotedDeliveries<K> implements FeedListener<K> {
  private final FeedListener<K> cache;
  private final Consumer<K> delivered;
  private final State state;

  /** Whether a feed is attached, and how often it missed something once it was. */
  static final class State {
    private boolean attached;
    private boolean attachedBefore;
    private int misses;

    private synchronized void attached(boolean missedNothing) {
      misses += missedNothing || !attachedBefore ? 0 : 1;
      attached = true;
      attachedBefore = true;
      notifyAll();
    }

    /** Waits for the first attachment, by which what was stored before is dropped. */
    synchronized void awaitAttached() throws InterruptedException {
      while (!attachedBefore) {
        wait();
      }
    }

    private synchronized void detached() {
      attached = false;
    }

    @Override
    public synchronized String toString() {
      return (attached ? "attached" : "detached") + ", missed " + misses;
    }
  }

  private NotedDeliveries(FeedListener<K> cache, Consumer<K> delivered, State state) {
    this.cache = cache;
    this.delivered = delivered;
    this.state = state;
  }

  /** Returns a ledger whose listeners are noted, and that is otherwise the same. */
  @SuppressWarnings("unchecked") // what the ledger has for arguments
  static <K, V> FetchLedger<K, V> of(FetchLedger<K, V> ledger, Consumer<K> delivered, State state) {
    return (FetchLedger<K, V>)
        Proxy.newProxyInstance(
            NotedDeliveries.class.getClassLoader(),
            new Class<?>[] {FetchLedger.class},
            (proxy, method, args) -> {
              if (method.getName().equals("listen")) {
                return ledger.listen(
                    (NodeIdentity) args[0],
                    new NotedDeliveries<>((FeedListener<K>) args[1], delivered, state));
              }
              try {
                return method.invoke(ledger, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  public void invalidated(K key) {
    cache.invalidated(key);
    delivered.accept(key);
  }

  @Override
  public void invalidatedAll() {
    cache.invalidatedAll();
  }

  @Override
  public void changed(K key) {
    cache.changed(key);
  }

  @Override
  public void attached(boolean missedNothing) {
    cache.attached(missedNothing);
    state.attached(missedNothing);
  }

  @Override
  public void detached() {
    cache.detached();
    state.detached();
  }
}
