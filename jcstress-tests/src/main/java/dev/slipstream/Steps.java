package dev.slipstream;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;

/**
 * The private steps of a flight and of the slot table, from which the broken siblings make
 * protocols of their own. To reach them here costs the engine nothing.
 */
@SuppressWarnings("unchecked") // the handles have erased types
final class Steps {
  private static final VarHandle CONTROL;
  private static final VarHandle HEAD;
  private static final VarHandle WITNESS;
  private static final VarHandle LEFT;
  private static final MethodHandle FIND_WITNESS;
  private static final VarHandle SEGMENTS;
  private static final VarHandle BUCKETS;
  private static final VarHandle BUCKET = MethodHandles.arrayElementVarHandle(Slot[].class);

  static {
    try {
      Class<?> type = AwaitedFlight.class;
      MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
      CONTROL = lookup.findVarHandle(type, "control", int.class);
      HEAD = lookup.findVarHandle(type, "head", AwaiterHandle.class);
      WITNESS = lookup.findVarHandle(type, "witness", AwaiterHandle.class);
      LEFT = lookup.findVarHandle(type, "left", int.class);
      FIND_WITNESS =
          lookup
              .findVirtual(type, "findWitness", MethodType.methodType(AwaiterHandle.class))
              .asType(MethodType.methodType(AwaiterHandle.class, AwaitedFlight.class));
      Class<?> segment = Class.forName(SlotTable.class.getName() + "$Segment");
      SEGMENTS =
          MethodHandles.privateLookupIn(SlotTable.class, lookup)
              .findVarHandle(SlotTable.class, "segments", segment.arrayType());
      BUCKETS =
          MethodHandles.privateLookupIn(segment, lookup)
              .findVarHandle(segment, "buckets", Slot[].class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private Steps() {}

  /** Enters a state, whatever the flight's is. */
  static void setState(AwaitedFlight<?, ?> flight, int state) {
    CONTROL.setVolatile(flight, AwaitedFlight.inState(flight.control(), state));
  }

  /** Has the next sweep walk the whole list: with few leavers it ends at the first that stays. */
  static void letManyHaveLeft(AwaitedFlight<?, ?> flight) {
    LEFT.setVolatile(flight, 1_000);
  }

  static boolean enter(AwaitedFlight<?, ?> flight, int from, int to) {
    int seen = flight.control();
    return AwaitedFlight.stateOf(seen) == from
        && flight.compareAndSet(seen, AwaitedFlight.inState(seen, to));
  }

  static <V> AwaiterHandle<V> head(AwaitedFlight<?, V> flight) {
    return (AwaiterHandle<V>) HEAD.getVolatile(flight);
  }

  static <V> boolean replaceHead(
      AwaitedFlight<?, V> flight, AwaiterHandle<V> top, AwaiterHandle<V> next) {
    return HEAD.compareAndSet(flight, top, next);
  }

  static <V> AwaiterHandle<V> witness(AwaitedFlight<?, V> flight) {
    return (AwaiterHandle<V>) WITNESS.getVolatile(flight);
  }

  static <V> void setWitness(AwaitedFlight<?, V> flight, AwaiterHandle<V> handle) {
    WITNESS.setVolatile(flight, handle);
  }

  /** Sweeps the list of awaiters; returns one that has not left, or null. Called under the slot. */
  static <V> AwaiterHandle<V> findWitness(AwaitedFlight<?, V> flight) {
    try {
      return (AwaiterHandle<V>) FIND_WITNESS.invokeExact((AwaitedFlight<?, ?>) flight);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Ends a flight that nobody awaits, as the last leaver does once it has found that. */
  static void abandon(AwaitedFlight<?, ?> flight) {
    flight.recordEnd();
    flight.abandoned();
  }

  /** Returns the segment that all keys of the races fall into. */
  static Object segment(SlotTable<?, ?> table) {
    return ((Object[]) SEGMENTS.get(table))[0];
  }

  static <K, V> Slot<K, V>[] buckets(SlotTable<K, V> table) {
    return (Slot<K, V>[]) BUCKETS.getVolatile(segment(table));
  }

  static void setBuckets(SlotTable<?, ?> table, Slot<?, ?>[] buckets) {
    BUCKETS.setVolatile(segment(table), buckets);
  }

  static boolean replaceBucket(Slot<?, ?>[] buckets, int index, Slot<?, ?> head, Slot<?, ?> next) {
    return BUCKET.compareAndSet(buckets, index, head, next);
  }
}
