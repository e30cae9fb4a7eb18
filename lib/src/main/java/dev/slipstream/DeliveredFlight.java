package dev.slipstream;

import dev.slipstream.internal.Resumable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How the end of a flight reaches everybody (G8, G22). It is made of stages, which all run whatever
 * the one before threw, and each of which may run again:
 *
 * <ol>
 *   <li>the load is stopped, if it still runs and no other flight needs it (where the last caller
 *       has left, after the continuations);
 *   <li>handles without dependents are completed, and those on which threads only wait;
 *   <li>watchers of the key are woken, continuations are handed over;
 *   <li>handles with dependents are completed, by a task each, so that none waits for another's;
 *   <li>the slot is freed; a failure that nobody received is logged; the timer is stopped;
 *   <li>continuations that the ending thread is to run, since their queue is full, are left to the
 *       loader's thread, which runs them after all else; another thread hands them over.
 * </ol>
 *
 * <p>The slot is freed and the timer stopped only if nothing before that has thrown.
 *
 * <p>One thread delivers at a time. What a stage could not do stays where it is: the handles in
 * their list, the slot in the registry, the timer running. So the next thread to come does the
 * rest: the library's own soon, a newcomer that finds the slot, the timeout, close. The library's
 * own comes after 20 ms, and then less and less often. What has failed for some seconds in a closed
 * cache is given up, unless it is memory or stack that is short: an application's classes can have
 * been unloaded by then, and no later try would find them.
 */
abstract class DeliveredFlight<K, V> extends AwaitedFlight<K, V> {
  /** Which thread delivers. */
  enum By {
    /** The loader's, with its result. */
    LOADER,
    /** That of the last caller to leave, which waits until the load is stopped. */
    LEAVER,
    /** One that ends the flight for another reason, or that does what is left. */
    ANOTHER
  }

  private static final byte OPEN = 0;
  private static final byte ACTIVE = 1;
  private static final byte DONE = 2;

  private static final byte STOPPED = 1;
  private static final byte ORDERED = 2;
  private static final byte RECEIVED = 4;
  private static final byte DETACHED = 8;
  private static final byte COUNTED = 16;

  private static final int FREE = 8;
  private static final int FINISH = 9;
  private static final int STAGES = 11;
  private static final long FIRST_RESUME_MILLIS = 20;
  private static final long LONGEST_RESUME_MILLIS = 2_560;
  private static final VarHandle DELIVERY;

  static {
    try {
      DELIVERY =
          MethodHandles.lookup().findVarHandle(DeliveredFlight.class, "delivery", byte.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** OPEN, ACTIVE while a thread delivers, and DONE at last. */
  private volatile byte delivery;

  /** What the stages have done. The delivering thread's own. */
  private byte progress;

  DeliveredFlight(CacheCore<K, V> core, K key, @Nullable LoadContext<K, V> bulk) {
    super(core, key, bulk);
  }

  /** Returns whether everything is delivered. */
  final boolean isDelivered() {
    return delivery == DONE;
  }

  /**
   * Delivers the end of a flight that has ended, or what is left of it, unless another thread does.
   *
   * @param by the thread that calls this
   */
  final void deliver(By by) {
    deliver(by, FIRST_RESUME_MILLIS);
  }

  /** Delivers; if that fails, again after a time, which is longer the more often it has failed. */
  private void deliver(By by, long resumeMillis) {
    if (delivery != OPEN || !DELIVERY.compareAndSet(this, OPEN, ACTIVE)) {
      return;
    }
    Throwable thrown;
    try {
      thrown = runStages(by);
    } catch (Throwable e) {
      thrown = e;
    }
    if (thrown == null) {
      DELIVERY.setRelease(this, DONE); // a volatile write would wait until all have seen it
      return;
    }
    if (resumeMillis > LONGEST_RESUME_MILLIS
        && core.isClosed()
        && !(thrown instanceof VirtualMachineError)) {
      giveUp(thrown);
      return;
    }
    try {
      progress |= DETACHED;
      core.registry.addDetached(slot); // it may have been replaced in the table
    } finally {
      delivery = OPEN;
    }
    resumeLater(thrown, Math.min(resumeMillis, LONGEST_RESUME_MILLIS));
  }

  /** Leaves undelivered what cannot be. */
  private void giveUp(Throwable thrown) {
    delivery = DONE;
    try {
      stopTimer();
    } finally {
      Failures.log(
          "cache {}: the end of the fetch of key {} is given up: it has failed again and again, and the"
              + " cache is closed",
          core.config.name(),
          slot.key,
          thrown);
    }
  }

  private @Nullable Throwable runStages(By by) {
    FlightResult<V> result = result();
    Throwable thrown = null;
    int aside = LoadStack.putAside();
    try {
      for (int stage = 0; stage < STAGES; stage++) {
        if (thrown != null && (stage == FREE || stage == FINISH)) {
          continue; // the slot and the timer stay: they lead to what is left
        }
        try {
          run(stage, result, by);
        } catch (Throwable e) {
          thrown = e;
        }
      }
    } finally {
      LoadStack.takeBack(aside);
    }
    return thrown;
  }

  private void run(int stage, FlightResult<V> result, By by) {
    switch (stage) {
      case 0 -> stopLoad(by == By.LEAVER, false);
      case 1 -> orderAwaiters(result);
      case 2 -> deliverInline(result, true);
      case 3 -> deliverInline(result, false);
      case 4 -> core.notifier().tick(slot.key); // an executor may run here what waits for a handle
      case 5 -> completeContinuations(result);
      case 6 -> stopLoad(by == By.LEAVER, true);
      case 7 -> deliverByTasks(result);
      case FREE -> freeSlot();
      case FINISH -> finish(result);
      default -> handOverByCaller(by);
    }
  }

  /**
   * Stops the load, and lets the next begin where their number is bounded: before the callers can
   * ask for another. For a leaver after the continuations are handed over, since what depends on
   * the loader's stage runs here and may be slow.
   */
  private void stopLoad(boolean byLeave, boolean late) {
    if ((progress & STOPPED) == 0 && byLeave == late) {
      if ((progress & COUNTED) == 0) {
        load.countEnded();
        progress |= COUNTED; // at once: it is counted exactly once
      }
      load.stopIfUnused(byLeave);
      core.loadEnded(slot);
      progress |= STOPPED;
    }
  }

  /**
   * Takes the awaiters, and turns their list round: the first that came first. Those of an
   * abandoned flight have left, or were refused.
   */
  private void orderAwaiters(FlightResult<V> result) {
    if ((progress & ORDERED) != 0) {
      return;
    }
    takeAwaiters();
    AwaiterHandle<V> handle = result instanceof FlightResult.Abandoned ? null : undelivered;
    AwaiterHandle<V> first = null;
    while (handle != null) {
      AwaiterHandle<V> earlier = handle.next;
      handle.next = first;
      first = handle;
      handle = earlier;
    }
    undelivered = first;
    progress |= ORDERED;
  }

  /**
   * Completes the handles that have no dependents, or only such as cannot be slow, and unlinks
   * them, since a handle that its caller keeps must not keep the others.
   */
  private void deliverInline(FlightResult<V> result, boolean onlyBare) {
    Throwable thrown = null;
    AwaiterHandle<V> before = null;
    AwaiterHandle<V> handle = undelivered;
    while (handle != null) {
      AwaiterHandle<V> following = handle.next;
      boolean over = false;
      try {
        over = handle.hasLeft() || deliverIfQuick(handle, result, onlyBare);
      } catch (Throwable e) {
        thrown = e;
      }
      if (!over) {
        before = handle;
      } else {
        handle.next = null;
        if (before == null) {
          undelivered = following;
        } else {
          before.next = following;
        }
      }
      handle = following;
    }
    rethrow(thrown);
  }

  private boolean deliverIfQuick(AwaiterHandle<V> handle, FlightResult<V> result, boolean bare) {
    if (handle.getNumberOfDependents() > (bare ? 0 : handle.harmlessDependents())) {
      return false;
    }
    handle.receive(result);
    progress |= received(result);
    return true;
  }

  private void deliverByTasks(FlightResult<V> result) {
    AwaiterHandle<V> handle = undelivered;
    while (handle != null) {
      AwaiterHandle<V> following = handle.next;
      if (result instanceof UnstoredValue<V> unstored) {
        unstored.hold(handle);
      }
      core.config.callbacks().execute(new Delivery<>(handle, result));
      progress |= received(result);
      undelivered = following;
      handle.next = null;
      handle = following;
    }
  }

  /** Returns RECEIVED, unless callers get another value in place of the failure. */
  private static byte received(FlightResult<?> result) {
    return result instanceof FlightResult.Covered ? 0 : RECEIVED;
  }

  private void completeContinuations(FlightResult<V> result) {
    if (completesContinuations(result)) {
      progress |= RECEIVED;
    }
  }

  /** Completes the continuations, if there are any; returns whether one of them got the result. */
  final boolean completesContinuations(FlightResult<V> result) {
    if (slot.continuationsIfAny() == null || !slot.complete(result.toOutcome())) {
      return false;
    }
    if (result instanceof UnstoredValue<V> unstored) {
      unstored.received();
    }
    return true;
  }

  private void freeSlot() {
    core.registry.remove(slot);
    if (isFenced() || (progress & DETACHED) != 0) {
      core.registry.removeDetached(slot);
    }
    core.ended(slot);
  }

  private void finish(FlightResult<V> result) {
    Throwable failure = result.failure();
    if (failure != null
        && (progress & RECEIVED) == 0
        && !(failure instanceof CacheClosedException)) {
      progress |= RECEIVED;
      Failures.logUnreceived(slot.key, core.config, failure);
    }
    if (result instanceof UnstoredValue<V> unstored) {
      unstored.release();
    }
    stopTimer();
  }

  /** The loader's thread stays, and runs them when it has delivered all that it is to. */
  private void handOverByCaller(By by) {
    if (by != By.LOADER) {
      slot.handOverByCaller();
    }
  }

  /** Has the library's own threads do the rest. */
  private void resumeLater(Throwable thrown, long millis) {
    Resumable rest = () -> deliver(By.ANOTHER, 2 * millis);
    core.config.timer().schedule(rest, millis, TimeUnit.MILLISECONDS);
    Failures.log(
        "cache {}: the end of the fetch of key {} was interrupted by a failure and goes on elsewhere",
        core.config.name(),
        slot.key,
        thrown);
  }

  private static void rethrow(@Nullable Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /** A handle with dependents: they run inside its completion, apart from everybody else's. */
  private record Delivery<V>(AwaiterHandle<V> handle, FlightResult<V> result) implements Resumable {
    @Override
    public void run() {
      handle.receive(result);
      if (result instanceof UnstoredValue<V> unstored) {
        unstored.release(handle);
      }
    }
  }
}
