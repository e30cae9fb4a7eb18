package dev.slipstream.canal;

import dev.slipstream.internal.Texts;
import dev.slipstream.internal.Threads;
import dev.slipstream.watch.CacheEvent;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes the events of a subscription on to a {@link Flow.Subscriber}, as it requests them. What it
 * does not request stays in the journal, where newer events take its place.
 *
 * <p>The subscriber is called by a task, one at a time, which ends when there is nothing to do.
 * What there may be to do is published first (a request, an event, the end of the journal), and
 * then a task is {@linkplain #schedule scheduled}. A task that runs looks once more before it ends
 * if something was scheduled meanwhile; so nothing is missed, and no request nests.
 *
 * <p>An event wakes this by an action of the subscription, which is registered while there is
 * nothing to take; with something to take and no request, a request does.
 */
final class SubscriberPump<K, V> implements Flow.Subscription, Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(EventJournal.class);
  private static final long RETRY_MILLIS = 10;

  // states: RUNNING (in onSubscribe) -> HANDING [-> SCHEDULED] -> RUNNING [-> AGAIN -> RUNNING ...]
  //         -> IDLE -> HANDING ...
  private static final int IDLE = 0;
  private static final int HANDING = 1; // perhaps no task is on its way: the next call makes one
  private static final int SCHEDULED = 2; // a task is on its way; a second one finds that it ran
  private static final int RUNNING = 3;
  private static final int AGAIN = 4; // runs, and looks once more

  private final JournalSubscription<K, V> events;
  private final Flow.Subscriber<? super CacheEvent<K, V>> subscriber;
  private final Executor executor;
  private final AtomicInteger state = new AtomicInteger(RUNNING);

  /** Events that are requested and not delivered. Raised by any thread, lowered by the task. */
  private final AtomicLong demand = new AtomicLong();

  /** A request for less than one event. Written by any thread, read by the task. */
  private volatile @Nullable IllegalArgumentException refused;

  /** Whether the subscription has an action of this. Set by the task, cleared by the action. */
  private volatile boolean awaiting;

  /** Whether it was cancelled, or the last signal given. Whichever thread sets it, ends it. */
  private final AtomicBoolean ended = new AtomicBoolean();

  /**
   * Makes one that has not {@linkplain #start() started}.
   *
   * @param executor runs the task; it throws if it cannot, so that another attempt is made
   */
  SubscriberPump(
      JournalSubscription<K, V> events,
      Flow.Subscriber<? super CacheEvent<K, V>> subscriber,
      Executor executor) {
    this.events = events;
    this.subscriber = subscriber;
    this.executor = executor;
  }

  /** Gives the subscriber its subscription, on this thread, and after that what it requests. */
  void start() {
    signal("onSubscribe", () -> subscriber.onSubscribe(this));
    state.set(HANDING);
    handOver();
  }

  @Override
  public void request(long n) {
    if (ended.get()) {
      return;
    }
    if (n > 0) {
      demand.accumulateAndGet(n, SubscriberPump::sum);
    } else {
      refused =
          new IllegalArgumentException(
              "request must be for at least 1 event, but is for %d (rule 3.9 of Reactive Streams)"
                  .formatted(n));
    }
    schedule();
  }

  private static long sum(long some, long more) {
    long all = some + more;
    return all < 0 ? Long.MAX_VALUE : all;
  }

  @Override
  public void cancel() {
    var unused = end();
  }

  /** Returns true for the one call that ends it. */
  private boolean end() {
    if (!ended.compareAndSet(false, true)) {
      return false;
    }
    events.close();
    return true;
  }

  /** There may be something to do. */
  private void schedule() {
    while (true) {
      int present = state.get();
      int next = present == IDLE ? HANDING : present == RUNNING ? AGAIN : present;
      if (state.compareAndSet(present, next)) {
        if (next == HANDING) {
          handOver();
        }
        return;
      }
    }
  }

  private void handOver() {
    try {
      executor.execute(this);
    } catch (VirtualMachineError e) { // this thread's stack or memory has come to its end
      handOverLater();
    }
    state.compareAndSet(HANDING, SCHEDULED);
  }

  /** If this throws as well, so does the action of this, which the bell then runs once more. */
  private void handOverLater() {
    Threads.timer().scheduleCallback(this, RETRY_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void run() {
    if (!state.compareAndSet(HANDING, RUNNING) && !state.compareAndSet(SCHEDULED, RUNNING)) {
      return; // another task has run in its place
    }
    try {
      do {
        state.set(RUNNING);
        pass();
      } while (!state.compareAndSet(RUNNING, IDLE));
    } catch (Throwable e) { // no memory, say: what was not done is done later
      state.set(HANDING);
      handOverLater();
    }
  }

  private void pass() {
    boolean more = true;
    while (more && !ended.get()) {
      IllegalArgumentException refusal = refused;
      if (refusal != null) {
        last("onError", () -> subscriber.onError(refusal));
      } else {
        more = demand.get() > 0 ? passNext() : lookForTheEnd();
      }
    }
  }

  /** Passes on the next event; returns whether there may be more to do by now. */
  private boolean passNext() {
    CanalBatch<CacheEvent<K, V>> batch;
    try {
      batch = events.pullNow(1); // not several: those that wait here would not make room
    } catch (CanalClosedException e) {
      last("onComplete", subscriber::onComplete);
      return false;
    }
    if (batch instanceof CanalBatch.One<CacheEvent<K, V>> one) {
      signal("onNext", () -> deliver(one.item()));
      return true;
    }
    return !isAwaiting();
  }

  private void deliver(CacheEvent<K, V> event) {
    demand.decrementAndGet();
    subscriber.onNext(event);
  }

  /** Nothing is requested: the journal may have ended. Returns whether there is more to do. */
  private boolean lookForTheEnd() {
    if (events.isDrained()) {
      last("onComplete", subscriber::onComplete);
      return false;
    }
    return !isAwaiting() && (demand.get() > 0 || events.isDrained());
  }

  /** Has the next event wake this; returns false if there is one, or the journal has ended. */
  private boolean isAwaiting() {
    if (awaiting) {
      return true;
    }
    boolean registered = false;
    awaiting = true; // before the action can run
    try {
      registered = events.onAvailable(this::wake);
    } finally {
      if (!registered) {
        awaiting = false;
      }
    }
    return registered;
  }

  private void wake() {
    awaiting = false;
    schedule();
  }

  private void last(String method, Runnable signal) {
    if (end()) {
      signal(method, signal);
    }
  }

  /** Calls the subscriber; one that throws is not called again, by rule 2.13. */
  private void signal(String method, Runnable signal) {
    try {
      signal.run();
    } catch (Throwable e) {
      Texts.warn(
          LOG,
          "a subscriber's {} failed; its subscription is cancelled: {}",
          e,
          method,
          subscriber);
      cancel();
    }
  }
}
