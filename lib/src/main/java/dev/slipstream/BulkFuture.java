package dev.slipstream;

import dev.slipstream.internal.FallbackExecutor;
import dev.slipstream.internal.Resumable;
import dev.slipstream.internal.Threads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the caller of a bulk call gets: complete when all of its keys are, or with the first
 * failure. Whatever ends it leaves every key.
 *
 * <p>Its parts are added by the calling thread and then sealed; what members bring before that
 * waits for the seal.
 */
final class BulkFuture<K, V> extends PrivateFuture<Map<K, V>> {
  private static final Executor LIBRARY = new FallbackExecutor(Threads.library());

  private final Executor callbacks;

  /** Written by the opener before the seal; then only read. */
  private final List<Part<K, V>> parts = new ArrayList<>();

  private List<Load> loads = List.of();

  /** The keys without an outcome, and one for the seal. */
  private final AtomicInteger pending;

  private final AtomicReference<@Nullable Fault> fault = new AtomicReference<>();
  private volatile boolean hasLeft;
  private final AtomicInteger harmless = new AtomicInteger();

  /** Written once, by the opener. */
  private volatile boolean sealed;

  BulkFuture(Executor callbacks, int keys) {
    this.callbacks = callbacks;
    this.pending = new AtomicInteger(keys + 1);
  }

  /** Adds a key that is cached, with a handle that is complete. */
  void addCached(K key, FetchHandle<V> entry) {
    parts.add(new Part<>(key, entry));
    pending.decrementAndGet();
  }

  /** Adds a key that is or was in flight, with a handle that {@link #newMember} gave. */
  void addMember(K key, FetchHandle<V> member) {
    parts.add(new Part<>(key, member));
  }

  AwaiterHandle<V> newMember(
      AwaitedFlight<?, V> flight, Origin origin, @Nullable Rejoin<V> rejoin) {
    return rejoin == null
        ? new Member<>(flight, origin, this)
        : new RejoiningMember<>(flight, this, rejoin);
  }

  /** Refuses the whole call. */
  BulkFuture<K, V> refuse(FetchException refusal) {
    return fail(refusal, refusal.key(), true);
  }

  /** Fails the whole call with the failure of a key that is remembered. */
  BulkFuture<K, V> failRemembered(K key, Throwable failure) {
    return fail(failure, key, false);
  }

  private BulkFuture<K, V> fail(Throwable failure, @Nullable Object key, boolean own) {
    fault.set(new Fault(failure, key, own));
    deliver(null, failure);
    return this;
  }

  /**
   * All parts are taken. A failure that came before is delivered here, on the caller's own thread.
   */
  BulkFuture<K, V> seal() {
    List<Load> awaited = new ArrayList<>();
    for (Part<K, V> part : parts) {
      if (part.handle instanceof AwaiterHandle<V> member) {
        awaited.add(member.flight.load);
      }
    }
    loads = List.copyOf(awaited);
    sealed = true;
    if (fault.get() != null) {
      leaveAndDeliverFault();
    }
    pending.decrementAndGet();
    completeIfLast();
    return this;
  }

  /** A member has its outcome. May be called again for one whose delivery was cut short. */
  private void memberDone(Member<V> member, @Nullable Throwable failure) {
    if (failure == null) {
      if (!member.counted) {
        pending.decrementAndGet();
        member.counted = true;
      }
      completeIfLast();
      return;
    }
    fault.compareAndSet(null, new Fault(failure, member.flight.slot.key, member.hasOwnFailure()));
    if (sealed) {
      LIBRARY.execute(
          (Resumable) this::leaveAndDeliverFault); // to leave may run code of others' loaders
    }
  }

  /** Keeps a value that is not cached, until it is known whether the caller receives it. */
  private void hold(UnstoredValue<V> unstored) {
    Object holder = new Object();
    unstored.hold(holder);
    var unused =
        handle(
            (values, failure) -> {
              if (failure == null) {
                unstored.received();
              }
              unstored.release(holder);
              return null;
            });
    addHarmlessDependents(1);
  }

  @Override
  public String toString() {
    return "BulkFetch[%d keys, %s]".formatted(parts.size(), describeState());
  }

  /** Returns the first failure, of which there is one if this has failed by itself. */
  @Nullable Fault fault() {
    return fault.get();
  }

  @Override
  void leave() {
    if (hasLeft) {
      return;
    }
    Error thrown = null;
    for (Part<K, V> part : parts) {
      try {
        part.handle.leave(); // which does nothing the second time
      } catch (Error e) { // no memory or no stack: the others are left all the same
        thrown = e;
      }
    }
    if (thrown != null) {
      throw thrown;
    }
    hasLeft = true;
  }

  @Override
  Object awaitedLoads() {
    return loads;
  }

  @Override
  int harmlessDependents() {
    return harmless.get();
  }

  @Override
  void addHarmlessDependents(int delta) {
    harmless.addAndGet(delta);
  }

  private void completeIfLast() {
    if (pending.get() > 0 || isDone()) {
      return;
    }
    if (getNumberOfDependents() > harmlessDependents()) {
      callbacks.execute((Resumable) this::deliverValues);
    } else {
      deliverValues();
    }
  }

  private void deliverValues() {
    Map<K, V> values;
    try {
      values = new LinkedHashMap<>();
      for (Part<K, V> part : parts) {
        V value = part.handle.getNow(null);
        if (value != null) {
          values.put(part.key, value);
        }
      }
      values = Collections.unmodifiableMap(values);
    } catch (RuntimeException | Error e) { // a key's hashCode: nobody may be left waiting
      boolean unused = deliver(null, e);
      return;
    }
    boolean unused = deliver(values, null);
  }

  /** Leaves the other keys, and fails. On the library's pool, which needs no virtual thread. */
  private void leaveAndDeliverFault() {
    try {
      leave();
    } finally {
      if (getNumberOfDependents() > harmlessDependents()) {
        callbacks.execute((Resumable) this::deliverFault);
      } else {
        deliverFault();
      }
    }
  }

  private void deliverFault() {
    boolean unused = deliver(null, Objects.requireNonNull(fault.get()).failure);
  }

  /** A key and the handle on its value. */
  private record Part<K, V>(K key, FetchHandle<V> handle) {}

  /** The first failure, its key, and whether it is the library's own, not a loader's. */
  record Fault(Throwable failure, @Nullable Object key, boolean own) {}

  /** A bulk call's handle on one of its keys. */
  private static class Member<V> extends AwaiterHandle<V> {
    private final BulkFuture<?, V> bulk;

    /** Whether its value is counted. The delivering thread's own. */
    private boolean counted;

    Member(AwaitedFlight<?, V> flight, Origin origin, BulkFuture<?, V> bulk) {
      super(flight, origin);
      this.bulk = bulk;
    }

    @Override
    final void deliver(FlightResult<V> result) {
      super.deliver(result);
      bulk.memberDone(this, result instanceof FlightResult.Covered ? null : result.failure());
    }

    @Override
    final void deliverLater(@Nullable V value, @Nullable Throwable failure) {
      super.deliverLater(value, failure);
      bulk.memberDone(this, failure);
    }

    @Override
    final void deliverRetained(CachedValue<V> retained) {
      super.deliverRetained(retained);
      bulk.memberDone(this, null);
    }

    @Override
    final void received(UnstoredValue<V> unstored) {
      bulk.hold(unstored);
    }

    @Override
    final boolean isMember() {
      return true;
    }
  }

  /** One on a key that was in flight when a tag was invalidated. */
  private static final class RejoiningMember<V> extends Member<V> {
    private final Rejoin<V> rejoin;

    RejoiningMember(AwaitedFlight<?, V> flight, BulkFuture<?, V> bulk, Rejoin<V> rejoin) {
      super(flight, Origin.JOINED, bulk);
      this.rejoin = rejoin;
    }

    @Override
    void receive(FlightResult<V> result) {
      if (!rejoin.startInPlaceOf(result, this)) {
        deliver(result);
      }
    }

    @Override
    boolean hasOwnFailure() {
      return rejoin.hasOwnFailure(flight);
    }

    @Override
    void leave() {
      super.leave();
      rejoin.leave();
    }
  }
}
