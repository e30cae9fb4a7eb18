package dev.slipstream;

import dev.slipstream.internal.Threads;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The loads whose user code runs on this thread, the innermost last: a loader, an insert callback
 * or an identity function. While others' handles and callbacks are served the stack is put aside.
 *
 * <p>A load that starts deep in the stack of others starts as a task. The loads outside it go along
 * to the task's thread, so that a cycle is still found, and a chain without an end.
 *
 * <p>The thread keeps a plain list, of types that no class loader of an application can be leaked
 * through. Each push returns the depth that the pop cuts the list to, so that a frame whose own pop
 * failed, for lack of stack, goes with the one outside it; and the outermost, which does not run,
 * at the next look.
 */
final class LoadStack {
  /** So many loads may nest on one stack. */
  private static final int MOST_NESTED = 100;

  /** So many loads may wait for each other. */
  private static final int LONGEST_CHAIN = 10_000;

  private static final Object ASIDE = "aside";
  private static final int NOTHING_ASIDE = -1;
  private static final ThreadLocal<ArrayList<Object>> FRAMES =
      ThreadLocal.withInitial(() -> new ArrayList<>(4));

  private LoadStack() {}

  /** Pushes a load; returns what {@link #pop} is given. */
  static int push(Load load) {
    return pushFrame(load);
  }

  /** Pushes a run of a blocking loader; returns what {@link #pop} is given. */
  static int pushRun(Run run) {
    return pushFrame(run);
  }

  /** Pushes a load whose value is being inserted: user code, but not the loader's. */
  static int pushInsert(Load load) {
    return pushFrame(new Insert(load));
  }

  /**
   * Runs the start of a load as a task, inside the loads of this thread.
   *
   * @throws Error if no thread can be started
   */
  static void startElsewhere(Runnable start) {
    Outer outer = new Outer(active());
    Threads.executor()
        .execute(
            () -> {
              int depth = pushFrame(outer);
              try {
                start.run();
              } finally {
                outer.running = false;
                pop(depth);
              }
            });
  }

  /** Returns this thread's frames. */
  private static List<Object> frames() {
    ArrayList<Object> frames = FRAMES.get();
    if (!frames.isEmpty() && !isRunning(frames.get(0))) {
      frames.clear();
    }
    return frames;
  }

  private static boolean isRunning(Object frame) {
    if (frame instanceof Outer outer) {
      return outer.running;
    }
    if (frame instanceof Run run) {
      return run.isRunning();
    }
    return frame != ASIDE && loadOf(frame).isRunning();
  }

  private static Load loadOf(Object frame) {
    if (frame instanceof Run run) {
      return run.load();
    }
    return frame instanceof Insert insert ? insert.load : (Load) frame;
  }

  private static int pushFrame(Object frame) {
    List<Object> frames = frames();
    frames.add(frame);
    return frames.size() - 1;
  }

  static void pop(int depth) {
    ArrayList<Object> frames = FRAMES.get();
    for (int i = frames.size() - 1; i >= depth; i--) {
      frames.remove(i);
    }
  }

  /** Puts the stack aside if there is one; returns what {@link #takeBack} is given. */
  static int putAside() {
    return frames().isEmpty() ? NOTHING_ASIDE : pushFrame(ASIDE);
  }

  static void takeBack(int depth) {
    if (depth != NOTHING_ASIDE) {
      pop(depth);
    }
  }

  /** Returns whether the next load is to start as a task, so that the stack does not overflow. */
  static boolean isDeep() {
    return frames().size() >= MOST_NESTED;
  }

  /** Returns the loads that are not put aside, the outermost first. */
  static List<Load> active() {
    List<Object> frames = frames();
    if (frames.isEmpty() || frames.get(frames.size() - 1) == ASIDE) {
      return List.of();
    }
    List<Load> active = new ArrayList<>(frames.size());
    for (Object frame : frames.subList(frames.lastIndexOf(ASIDE) + 1, frames.size())) {
      if (frame instanceof Outer outer) {
        active.addAll(outer.loads);
      } else {
        Load load = loadOf(frame);
        if (active.isEmpty() || active.get(active.size() - 1) != load) { // not twice, for its run
          active.add(load);
        }
      }
    }
    return active;
  }

  /** Returns whether no load's user code runs on this thread. */
  static boolean isEmpty() {
    return frames().isEmpty();
  }

  /** Returns the cycle that loading the key on this thread would close, or null if it is none. */
  static @Nullable List<Object> cycle(Object cache, Object key) {
    List<Load> active = active();
    for (int i = 0; i < active.size(); i++) {
      if (active.get(i).loads(cache, key)) {
        return cycle(key, active.subList(i + 1, active.size()));
      }
    }
    return null;
  }

  /** Returns whether so many loads wait for each other that there is probably no end. */
  static boolean isEndless() {
    return active().size() >= LONGEST_CHAIN;
  }

  private static List<Object> cycle(Object key, List<Load> between) {
    List<Object> cycle = new ArrayList<>();
    cycle.add(key);
    between.forEach(load -> cycle.add(load.key()));
    cycle.add(key);
    return List.copyOf(cycle);
  }

  static FetchContext currentContext() {
    FetchContext context = currentContextIfAny();
    if (context != null) {
      return context;
    }
    throw new IllegalStateException(
        "FetchContext.current() was called on thread '%s', where no loader runs: call it inside a"
                .formatted(Thread.currentThread().getName())
            + " Loader, on the thread that runs it, or use the context that an AsyncLoader is given");
  }

  /** Returns the context of the innermost loader on this thread; null if none runs. */
  static @Nullable FetchContext currentContextIfAny() {
    List<Object> frames = frames();
    Object top = frames.isEmpty() ? null : frames.get(frames.size() - 1);
    return (top instanceof Run run ? run.load() : top) instanceof FetchContext context
        ? context
        : null;
  }

  /**
   * A run of a load's blocking loader, which has begun and may end apart from the call that has
   * started it, on another thread.
   */
  interface Run {
    Load load();

    /** Returns whether it runs: if not, it is on no stack, though it may stand there. */
    boolean isRunning();
  }

  private record Insert(Load load) {}

  /** The loads outside a task, while it runs. */
  private static final class Outer {
    private final List<Load> loads;
    private boolean running = true; // of the task's thread

    Outer(List<Load> loads) {
      this.loads = loads;
    }
  }
}
