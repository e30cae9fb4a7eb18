package dev.slipstream;

import dev.slipstream.internal.Texts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which loads wait for which: an edge stands while a thread that runs a loader blocks in a {@code
 * get} or {@code join}. A wait that would close a cycle is refused; looking and recording are one
 * step, so that of several waits that close a cycle together exactly one fails (G17).
 *
 * <p>One lock for all caches, since cycles run across caches; it is taken only by threads that run
 * a loader and are about to block.
 */
final class WaitGraph {
  private static final Object LOCK = new Object();

  /** What each blocked load waits for: a Load, or a list of them. Guarded by LOCK. */
  private static final Map<Load, Object> EDGES = new HashMap<>();

  private WaitGraph() {}

  /**
   * Records that the loads on this thread wait for others.
   *
   * @param targets a Load, or a list of them
   * @return whether anything was recorded: {@link #leave} is then called after the wait
   * @throws RecursiveFetchException if the wait could never end
   */
  static boolean enter(Object targets) {
    List<Load> waiters = LoadStack.active();
    if (waiters.isEmpty()) {
      return false;
    }
    List<Object> cycle;
    synchronized (LOCK) {
      cycle = cycle(waiters, targets);
      if (cycle == null) {
        waiters.forEach(waiter -> EDGES.put(waiter, targets));
      }
    }
    if (cycle != null) { // the message asks the keys for their texts: with no lock held
      throw new RecursiveFetchException(
          "a loader waits for its own fetch, through the cycle %s: let it use what it has, or start"
                  .formatted(Texts.of(cycle))
              + " the other fetch without waiting for it",
          cycle.get(cycle.size() - 1),
          cycle,
          null);
    }
    return true;
  }

  /** Takes back what {@link #enter} recorded for the same targets. */
  static void leave(Object targets) {
    List<Load> waiters = LoadStack.active();
    synchronized (LOCK) {
      for (Load waiter : waiters) {
        EDGES.remove(waiter, targets);
      }
    }
  }

  static boolean isEmpty() {
    synchronized (LOCK) {
      return EDGES.isEmpty();
    }
  }

  private static @Nullable List<Object> cycle(List<Load> waiters, Object targets) {
    List<Load> path = path(targets, waiters);
    if (path.isEmpty()) {
      return null;
    }
    Load met = path.get(path.size() - 1);
    List<Object> chain = new ArrayList<>();
    for (Load load : waiters.subList(waiters.indexOf(met), waiters.size())) {
      chain.add(load.key());
    }
    path.forEach(load -> chain.add(load.key()));
    return List.copyOf(chain);
  }

  /**
   * Returns the way along the edges from one of the targets to one of the waiters, both included;
   * empty if there is none. It does not recurse: a chain of waits may be longer than the stack.
   */
  private static List<Load> path(Object targets, List<Load> waiters) {
    IdentityHashMap<Load, @Nullable Load> reachedFrom = new IdentityHashMap<>();
    Deque<Load> open = new ArrayDeque<>();
    reach(targets, null, reachedFrom, open);
    while (!open.isEmpty()) {
      Load load = open.pop();
      if (waiters.contains(load)) {
        return way(load, reachedFrom);
      }
      Object awaited = EDGES.get(load);
      if (awaited != null) {
        reach(awaited, load, reachedFrom, open);
      }
    }
    return List.of();
  }

  private static void reach(
      Object targets,
      @Nullable Load from,
      IdentityHashMap<Load, @Nullable Load> reachedFrom,
      Deque<Load> open) {
    if (targets instanceof List<?> several) {
      several.forEach(target -> reach(target, from, reachedFrom, open)); // loads: one level deep
    } else if (targets instanceof Load load && !reachedFrom.containsKey(load)) {
      reachedFrom.put(load, from);
      open.push(load);
    }
  }

  private static List<Load> way(Load end, IdentityHashMap<Load, @Nullable Load> reachedFrom) {
    List<Load> way = new ArrayList<>();
    for (Load load = end; load != null; load = reachedFrom.get(load)) {
      way.add(load);
    }
    Collections.reverse(way);
    return way;
  }
}
