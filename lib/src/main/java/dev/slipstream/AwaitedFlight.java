package dev.slipstream;

import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.Registration;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a flight's callers see of it: its state, and the list of its awaiters, which they join and
 * leave. {@link Flight} has the argument, and the table of states and flags.
 */
abstract class AwaitedFlight<K, V> extends LoadContext<K, V> {
  static final int RUNNING = 0;
  static final int CLOSING = 1;
  static final int SETTLING = 2;
  static final int STORING = 3;
  static final int DECIDED = 4;
  static final int LATCHED = 5;
  static final int ABANDONED = 6;

  static final int FENCED = 1 << 3;
  static final int PINNED = 1 << 4;
  static final int LOCKED = 1 << 5;
  static final int ADOPTED = 1 << 6;
  private static final int WALKED = 1 << 7;
  static final int OVERDUE = 1 << 8;
  static final int GATHERING = 1 << 9;

  private static final int STATE = 7;
  private static final int FLAGS = 0x3f8;
  private static final int ONE_STAMP = 1 << 10;

  /** So many handles may leave before the list is cleared of them, or half of those that stay. */
  private static final int LEAVES = 32;

  private static final VarHandle CONTROL;
  private static final VarHandle HEAD;
  private static final VarHandle LEFT;
  private static final VarHandle WITNESS;
  private static final VarHandle FETCH_ID;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      CONTROL = lookup.findVarHandle(AwaitedFlight.class, "control", int.class);
      HEAD = lookup.findVarHandle(AwaitedFlight.class, "head", AwaiterHandle.class);
      LEFT = lookup.findVarHandle(AwaitedFlight.class, "left", int.class);
      WITNESS = lookup.findVarHandle(AwaitedFlight.class, "witness", AwaiterHandle.class);
      FETCH_ID = lookup.findVarHandle(AwaitedFlight.class, "fetchId", Long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final Slot<K, V> slot;

  /** The run of the loader that this flight waits for: its own, or a bulk's. */
  final LoadContext<K, V> load;

  /** The state, the flags, and above them the stamp of the last closing. */
  private volatile int control;

  /** Leaves since the list was last walked, less what that walk allows. */
  private volatile int left;

  /** The awaiters, the last first, as a stack; {@link AwaiterHandle#closed} once it is taken. */
  private volatile @Nullable AwaiterHandle<V> head;

  /** An awaiter that had not left when the list was last walked. Written under the slot. */
  private volatile @Nullable AwaiterHandle<V> witness;

  /** The flight's number; null until somebody asks for it. Set once, by any. */
  private volatile @Nullable Long fetchId;

  /** The awaiters that were taken and have not been completed. The delivering thread's own. */
  @Nullable AwaiterHandle<V> undelivered;

  AwaitedFlight(CacheCore<K, V> core, K key, @Nullable LoadContext<K, V> bulk) {
    super(core);
    load = bulk == null ? this : bulk;
    slot = newSlot(key);
  }

  /** Makes the flight's place in the registry. Called by the constructor, with the core set. */
  Slot<K, V> newSlot(K key) {
    return core.registry.newSlot(key, this);
  }

  @Override
  public long fetchId() {
    Long given = fetchId;
    if (given == null) {
      Long drawn = core.newFetchId();
      given = (Long) FETCH_ID.compareAndExchange(this, null, drawn);
      given = given == null ? drawn : given;
    }
    return given;
  }

  /** Returns what the flight came to, once it has ended. */
  abstract FlightResult<V> result();

  /** Registers a handle's continuation. */
  abstract Registration onComplete(
      FetchHandle<V> handle,
      String name,
      ContinuationOptions options,
      Continuation<? super V> continuation);

  /** The last awaiter has left: the state is {@link #ABANDONED}. Called with no lock held. */
  abstract void abandoned();

  /** The end is decided, and recorded by a flight that records. Called under the slot if so. */
  void recordEnd() {}

  /** Adds the handle of the caller that makes the flight, before others can see it. */
  void addFirst(AwaiterHandle<V> handle) {
    HEAD.set(this, handle); // published with the slot
    WITNESS.set(this, handle);
  }

  /** Adds a handle to the awaiters; false if the flight has ended: it is not to be joined. */
  boolean join(AwaiterHandle<V> handle) {
    AwaiterHandle<V> top;
    do {
      top = head;
      if (top == AwaiterHandle.closed() || hasEnded()) {
        return false;
      }
      handle.next = top;
    } while (!HEAD.compareAndSet(this, top, handle));
    int seen = control;
    while (stateOf(seen) == CLOSING) {
      if (compareAndSet(seen, successor(seen, RUNNING))) {
        return true;
      }
      seen = control;
    }
    return stateOf(seen) != ABANDONED;
  }

  /** Takes a caller off. The last one to leave a running flight ends it. */
  void leave(AwaiterHandle<V> handle) {
    if (hasEnded() || !markLeft(handle)) {
      return;
    }
    if ((int) LEFT.getAndAdd(this, 1) >= LEAVES || witness == handle) {
      lookAround(handle);
    }
  }

  /** Marks that the caller has left; true for the first call of a flight that has not ended. */
  boolean markLeft(AwaiterHandle<V> handle) {
    return handle.markLeft();
  }

  /** Keeps leaves from abandoning the flight; called by a caller that has not left. */
  final void pin() {
    setFlag(PINNED);
  }

  /** Clears the list of handles that have left, and abandons the flight if no other is there. */
  private void lookAround(AwaiterHandle<V> leaver) {
    boolean abandons;
    synchronized (slot) {
      if (left <= LEAVES && witness != leaver) {
        return; // another leaver has looked meanwhile
      }
      abandons = abandonIfAllHaveLeft();
    }
    if (abandons) {
      abandoned();
    }
  }

  /** Abandons a flight that was made for no caller, unless one has joined. */
  final void abandonUnlessJoined() {
    boolean abandons;
    synchronized (slot) {
      abandons = abandonIfAllHaveLeft();
    }
    if (abandons) {
      abandoned();
    }
  }

  /** Called under the slot; the caller calls {@link #abandoned} if this returns true. */
  private boolean abandonIfAllHaveLeft() {
    setFlag(WALKED);
    boolean abandons = findWitness() == null && abandonIfAlone();
    if (abandons) {
      recordEnd();
    }
    return abandons;
  }

  /** Returns an awaiter that has not left after it became the witness, or null. Under the slot. */
  private @Nullable AwaiterHandle<V> findWitness() {
    AwaiterHandle<V> found;
    do {
      found = sweep();
      witness = found;
    } while (found != null && found.hasLeft());
    return found;
  }

  /** Ends the flight, unless it is not to be ended or a caller joins. Called under the slot. */
  private boolean abandonIfAlone() {
    while (true) {
      int seen = control;
      if (stateOf(seen) > CLOSING || isSet(seen, PINNED) || core.config.finishesAbandoned()) {
        return false;
      }
      int closing = successor(seen, CLOSING);
      if (compareAndSet(seen, closing)) {
        if (head == null && compareAndSet(closing, closing - CLOSING + ABANDONED)) {
          return true;
        }
        if (findWitness() != null) {
          return false; // the next to join or to settle takes CLOSING for RUNNING
        }
      }
    }
  }

  /**
   * Unlinks handles that have left, all of them if many have; returns one that has not, or may not
   * have. If few have left it goes no further than to the first such: else callers that leave in
   * the order opposite to their coming, each of them the witness, would walk the whole list each.
   *
   * <p>The newest handle of all can only be unlinked by a compare-and-set, since others may be
   * pushed onto it, or the whole list be taken; its link must then stay. Called under the slot.
   */
  private @Nullable AwaiterHandle<V> sweep() {
    int seen = left;
    boolean whole = seen > LEAVES;
    AwaiterHandle<V> top = head;
    if (top == null || top == AwaiterHandle.closed()) {
      return null;
    }
    boolean topLeft = top.hasLeft();
    AwaiterHandle<V> live = topLeft ? null : top;
    int unlinked = 0;
    int staying = 0;
    AwaiterHandle<V> kept = top;
    for (AwaiterHandle<V> handle = top.next; handle != null && (whole || live == null); ) {
      AwaiterHandle<V> following = handle.next;
      if (handle.hasLeft()) {
        kept.next = following;
        handle.next = null;
        unlinked++;
      } else {
        live = live == null ? handle : live;
        kept = handle;
        staying++;
      }
      handle = following;
    }
    if (topLeft) {
      if (HEAD.compareAndSet(this, top, top.next)) {
        top.next = null;
        unlinked++;
      } else if (live == null) {
        live = top; // has left, and a newer one was pushed: the caller looks again
      }
    }
    LEFT.getAndAdd(this, whole ? LEAVES - Math.max(LEAVES, staying / 2) - seen : -unlinked);
    return live;
  }

  /**
   * Takes callers off the flight, which goes on; they are to be completed. From now on no leave
   * abandons it.
   */
  final List<AwaiterHandle<V>> takeOff(Predicate<AwaiterHandle<V>> which) {
    List<AwaiterHandle<V>> taken = new ArrayList<>();
    synchronized (slot) {
      setFlag(WALKED);
      AwaiterHandle<V> top = head;
      if (top == AwaiterHandle.closed()) {
        return taken; // they get the end
      }
      for (AwaiterHandle<V> handle = top; handle != null; handle = handle.next) {
        if (which.test(handle) && !handle.hasLeft()) {
          taken.add(handle);
        }
      }
      pin();
      for (int i = 0; i < taken.size(); i++) { // from here on nothing is made: none may be lost
        var unused = taken.get(i).markLeft(); // if not, it has just left, and is cancelled
      }
      var unused = findWitness();
    }
    return taken;
  }

  /** Returns how many callers wait. */
  final int awaiting() {
    int awaiting = 0;
    synchronized (slot) {
      setFlag(WALKED);
      AwaiterHandle<V> handle = head;
      if (handle != AwaiterHandle.closed()) {
        for (; handle != null; handle = handle.next) {
          awaiting += handle.hasLeft() ? 0 : 1;
        }
      }
    }
    return awaiting;
  }

  /**
   * Takes the awaiters, the last first, into {@link #undelivered}; none can be added any more. May
   * be called again if it throws: nothing is called between the taking and the keeping.
   */
  @SuppressWarnings("unchecked")
  final void takeAwaiters() {
    AwaiterHandle<V> closed = AwaiterHandle.closed();
    AwaiterHandle<V> taken = (AwaiterHandle<V>) HEAD.getAndSet(this, closed);
    if (taken != closed) {
      undelivered = taken;
    }
    if (isSet(control, WALKED)) {
      synchronized (slot) { // a thread that walks the list comes to its end before it is delivered
        witness = null;
      }
    } else {
      WITNESS.set(this, null);
    }
  }

  final boolean hasEnded() {
    return stateOf(control) >= LATCHED;
  }

  /** Returns whether it ended with a failure of the library's own, not the loader's. */
  final boolean hasOwnFailure() {
    return stateOf(control) == LATCHED && result() instanceof FlightResult.Refused;
  }

  /**
   * Marks that callers need not wait for it any longer, if they can have something else; true for
   * the first call.
   */
  final boolean setOverdue() {
    return !isSet((int) CONTROL.getAndBitwiseOr(this, OVERDUE), OVERDUE);
  }

  final boolean isOverdue() {
    return isSet(control, OVERDUE);
  }

  final boolean isFenced() {
    return isSet(control, FENCED);
  }

  final int control() {
    return control;
  }

  final boolean compareAndSet(int seen, int next) {
    return CONTROL.compareAndSet(this, seen, next);
  }

  /** Leaves STORING, whose decision is taken, unless another thread has done so. */
  final void endStoring(int flag) {
    int seen = control;
    while (stateOf(seen) == STORING && !compareAndSet(seen, inState(seen, DECIDED) | flag)) {
      seen = control;
    }
  }

  final void setFlag(int flag) {
    if (!isSet(control, flag)) {
      CONTROL.getAndBitwiseOr(this, flag);
    }
  }

  final void clearFlag(int flag) {
    CONTROL.getAndBitwiseAnd(this, ~flag);
  }

  static int stateOf(int control) {
    return control & STATE;
  }

  static boolean isSet(int control, int flag) {
    return (control & flag) != 0;
  }

  /** Returns the word for another state, with the same flags. */
  static int inState(int control, int state) {
    return (control & ~STATE) | state;
  }

  /** Returns the word for another state, with the same flags and the next stamp. */
  private static int successor(int control, int state) {
    return ((control & ~(STATE | FLAGS)) + ONE_STAMP) | (control & FLAGS) | state;
  }
}
