package dev.slipstream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The loads whose user code runs on this thread, the innermost last: a loader, an insert callback
 * or an identity function. While others' handles and callbacks are served the stack is put aside.
 *
 * <p>The thread keeps a plain list, of types that no class loader of an application can be leaked
 * through.
 */
final class LoadStack {
  private static final Object ASIDE = "aside";
  private static final ThreadLocal<ArrayList<Object>> FRAMES =
      ThreadLocal.withInitial(() -> new ArrayList<>(4));

  private LoadStack() {}

  /** Pushes a load; the stack that is returned goes to {@link #pop}. */
  static List<Object> push(Load load) {
    ArrayList<Object> frames = FRAMES.get();
    frames.add(load);
    return frames;
  }

  static void pop(List<Object> frames) {
    frames.remove(frames.size() - 1);
  }

  /** Pushes a load whose value is being inserted: user code, but not the loader's. */
  static List<Object> pushInsert(Load load) {
    ArrayList<Object> frames = FRAMES.get();
    frames.add(new Insert(load));
    return frames;
  }

  /** Puts the stack aside if there is one; the answer goes to {@link #takeBack}. */
  static boolean putAside() {
    ArrayList<Object> frames = FRAMES.get();
    return !frames.isEmpty() && frames.add(ASIDE);
  }

  static void takeBack(boolean aside) {
    if (aside) {
      pop(FRAMES.get());
    }
  }

  /** Returns the loads that are not put aside, the outermost first. */
  static List<Load> active() {
    ArrayList<Object> frames = FRAMES.get();
    if (frames.isEmpty() || frames.get(frames.size() - 1) == ASIDE) {
      return List.of();
    }
    List<Load> active = new ArrayList<>(frames.size());
    Load outer = null;
    for (Object frame : frames.subList(frames.lastIndexOf(ASIDE) + 1, frames.size())) {
      Load load = frame instanceof Insert insert ? insert.load : (Load) frame;
      if (load != outer) { // a blocking loader on its caller's own thread was pushed twice
        active.add(load);
      }
      outer = load;
    }
    return active;
  }

  /** Returns the cycle that loading the key on this thread would close, or null if it is none. */
  static @Nullable List<Object> cycle(Object cache, Object key) {
    if (FRAMES.get().isEmpty()) {
      return null;
    }
    List<Load> active = active();
    for (int i = 0; i < active.size(); i++) {
      if (active.get(i).loads(cache, key)) {
        List<Object> chain = new ArrayList<>();
        chain.add(key);
        active.subList(i + 1, active.size()).forEach(load -> chain.add(load.key()));
        chain.add(key);
        return List.copyOf(chain);
      }
    }
    return null;
  }

  static FetchContext currentContext() {
    ArrayList<Object> frames = FRAMES.get();
    if (!frames.isEmpty() && frames.get(frames.size() - 1) instanceof FetchContext context) {
      return context;
    }
    throw new IllegalStateException(
        "FetchContext.current() was asked for on thread '%s', where no loader runs: call it inside a"
                .formatted(Thread.currentThread().getName())
            + " Loader, on the thread that runs it, or use the context that an AsyncLoader is given");
  }

  private record Insert(Load load) {}
}
