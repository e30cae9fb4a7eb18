package dev.slipstream;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which loads wait for which: an edge stands while a thread that runs a loader blocks in a {@code
 * get} or {@code join}. A wait that would close a circle is refused; looking and recording are one
 * step, so that of several waits that close a circle together exactly one fails (G17).
 *
 * <p>One lock for all caches, since circles run across caches; it is taken only by threads that run
 * a loader and are about to block.
 */
final class WaitGraph {
  private static final Object LOCK = new Object();

  /** What each blocked load waits for: a LoadContext, or a list of them. Guarded by LOCK. */
  private static final Map<LoadContext<?, ?>, Object> EDGES = new HashMap<>();

  private WaitGraph() {}

  /**
   * Records that the loads on this thread wait for others.
   *
   * @param targets a LoadContext, or a list of them
   * @return whether anything was recorded: {@link #leave} is then called after the wait
   * @throws RecursiveFetchException if the wait could never end
   */
  static boolean enter(Object targets) {
    List<LoadContext<?, ?>> waiters = LoadStack.active();
    if (waiters.isEmpty()) {
      return false;
    }
    synchronized (LOCK) {
      List<Object> chain = circle(waiters, targets);
      if (chain != null) {
        throw new RecursiveFetchException(
            "a loader waits for its own fetch, round the keys %s: let it use what it has, or start"
                    .formatted(Failures.text(chain))
                + " the other fetch without waiting for it",
            chain.get(chain.size() - 1),
            chain,
            null);
      }
      waiters.forEach(waiter -> EDGES.put(waiter, targets));
    }
    return true;
  }

  /** Takes back what {@link #enter} recorded for the same targets. */
  static void leave(Object targets) {
    List<LoadContext<?, ?>> waiters = LoadStack.active();
    synchronized (LOCK) {
      for (LoadContext<?, ?> waiter : waiters) {
        EDGES.remove(waiter, targets);
      }
    }
  }

  static boolean isEmpty() {
    synchronized (LOCK) {
      return EDGES.isEmpty();
    }
  }

  private static @Nullable List<Object> circle(List<LoadContext<?, ?>> waiters, Object targets) {
    Set<LoadContext<?, ?>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<LoadContext<?, ?>> path = new ArrayList<>();
    if (!reaches(targets, waiters, seen, path)) {
      return null;
    }
    LoadContext<?, ?> met = path.get(path.size() - 1);
    List<Object> chain = new ArrayList<>();
    for (LoadContext<?, ?> load : waiters.subList(waiters.indexOf(met), waiters.size())) {
      chain.add(load.key());
    }
    path.forEach(load -> chain.add(load.key()));
    return List.copyOf(chain);
  }

  /** Follows the edges, depth first; leaves in {@code path} the way to one of the waiters. */
  private static boolean reaches(
      @Nullable Object targets,
      List<LoadContext<?, ?>> waiters,
      Set<LoadContext<?, ?>> seen,
      List<LoadContext<?, ?>> path) {
    if (targets instanceof List<?> several) {
      for (Object target : several) {
        if (reaches(target, waiters, seen, path)) {
          return true;
        }
      }
      return false;
    }
    if (!(targets instanceof LoadContext<?, ?> load) || !seen.add(load)) {
      return false;
    }
    path.add(load);
    if (waiters.contains(load) || reaches(EDGES.get(load), waiters, seen, path)) {
      return true;
    }
    path.remove(path.size() - 1);
    return false;
  }
}
