package dev.slipstream.watch;

import dev.slipstream.internal.Arguments;
import dev.slipstream.internal.Resumable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/**
 * A user's subscription.
 *
 * <p>No wake-up is lost. A thread that waits enlists, and looks at the version and at the close
 * afterwards; a tick and a close take effect first, and look which threads have enlisted
 * afterwards. What they look at is guarded by the lock, so that one of the two sees the other. No
 * thread is woken under the lock.
 */
final class HubSubscription<K> extends HubWatch<K> implements ChangeSubscription {
  private final Executor executor;
  private final Object lock = new Object();

  /** The threads in {@link #awaitChange}. Guarded by the lock. */
  private final List<Thread> threads = new ArrayList<>(0);

  /** The pending futures of {@link #nextChange()}. Guarded by the lock. */
  private final Set<NextChange> futures = new LinkedHashSet<>(0);

  /** The last version that was seen; it never goes back. Written under the lock, read by any. */
  private volatile long seen;

  HubSubscription(ChangeHub<K> hub, HubEntry<K> entry, Executor executor) {
    super(hub, entry);
    this.executor = executor;
    this.seen = entry.version();
  }

  @Override
  public long version() {
    return currentVersion();
  }

  @Override
  public boolean hasChanged() {
    long before = seen; // read first: what is seen is never newer than the version
    return before < currentVersion();
  }

  @Override
  public void markUnchanged() {
    boolean ignored = takeChange();
  }

  @Override
  public boolean awaitChange(Duration timeout) throws InterruptedException {
    long nanos = Arguments.saturatedNanos(Arguments.notNegative("timeout", timeout));
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before it waited for a change");
    }
    return takeOpenChange() || (nanos > 0 && parkUntilChange(System.nanoTime() + nanos));
  }

  private boolean parkUntilChange(long deadline) throws InterruptedException {
    Thread thread = Thread.currentThread();
    synchronized (lock) {
      threads.add(thread);
    }
    try {
      while (!takeOpenChange()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        LockSupport.parkNanos(this, left);
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted while it waited for a change");
        }
      }
      return true;
    } finally {
      synchronized (lock) {
        threads.removeIf(waiting -> waiting == thread);
      }
    }
  }

  @Override
  public CompletableFuture<Long> nextChange() {
    synchronized (lock) {
      if (isClosed()) {
        return CompletableFuture.failedFuture(closedException());
      }
      long version = currentVersion();
      if (version > seen) {
        return CompletableFuture.completedFuture(version);
      }
      NextChange future = new NextChange(version);
      futures.add(future);
      return future;
    }
  }

  @Override
  void ticked() {
    long version;
    List<Thread> woken;
    List<NextChange> due;
    synchronized (lock) {
      if (threads.isEmpty() && futures.isEmpty()) {
        return;
      }
      version = currentVersion();
      woken = List.copyOf(threads);
      due = futures.stream().filter(future -> future.after < version).toList();
    }
    woken.forEach(LockSupport::unpark);
    due.forEach(future -> executor.execute((Resumable) () -> future.succeed(version)));
    synchronized (lock) { // at last: if something has thrown, the next tick comes to them again
      due.forEach(futures::remove);
    }
  }

  @Override
  public void close() {
    boolean first = true;
    try {
      first = leave(); // which calls the key's hashCode
    } finally {
      if (first) {
        failThoseThatWait();
      }
    }
  }

  private void failThoseThatWait() {
    List<Thread> woken;
    List<NextChange> failed;
    synchronized (lock) {
      woken = List.copyOf(threads);
      failed = List.copyOf(futures);
    }
    woken.forEach(LockSupport::unpark);
    failed.forEach(future -> executor.execute((Resumable) () -> future.fail(closedException())));
    synchronized (lock) { // at last, as above
      futures.clear();
    }
  }

  private boolean takeOpenChange() {
    if (isClosed()) {
      throw closedException();
    }
    return takeChange();
  }

  private boolean takeChange() {
    synchronized (lock) {
      long version = currentVersion();
      boolean changed = version > seen;
      seen = version;
      return changed;
    }
  }

  private void forget(NextChange future) {
    synchronized (lock) {
      futures.remove(future);
    }
  }

  private static IllegalStateException closedException() {
    return new IllegalStateException(
        "a change was awaited of a subscription that is closed: subscribe to the key anew");
  }

  /** A future of the first version after another. */
  private final class NextChange extends WatchFuture<Long> {
    final long after;

    NextChange(long after) {
      this.after = after;
    }

    @Override
    protected void release() {
      forget(this);
    }
  }
}
