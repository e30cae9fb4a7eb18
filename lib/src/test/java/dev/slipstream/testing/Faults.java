package dev.slipstream.testing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One error, thrown at a chosen point of instrumented code. The code calls {@link #allocation} and
 * {@link #call} at each point; those of the armed thread are counted, and the chosen one throws.
 * One test at a time uses it.
 */
public final class Faults {
  private static volatile @Nullable Thread armed;

  // The armed thread's own:
  private static Kind kind = Kind.ALLOCATION;
  private static long points;
  private static long chosen;
  private static @Nullable Error thrown;

  private Faults() {}

  /** Has this thread count its points of a kind, and throw at the chosen one: zero for none. */
  public static void arm(Kind kind, long chosen) {
    Faults.kind = kind;
    Faults.chosen = chosen;
    points = 0;
    thrown = null;
    armed = Thread.currentThread();
  }

  /** Ends the count; returns how many points there were before an error was thrown, or at all. */
  public static long disarm() {
    armed = null;
    return points;
  }

  /** Returns what was thrown since the last {@link #arm}, if anything was. */
  public static @Nullable Error thrown() {
    return thrown;
  }

  /** An allocation comes next. */
  public static void allocation() {
    if (armed == Thread.currentThread()) {
      pass(Kind.ALLOCATION);
    }
  }

  /** The call of a method comes next. */
  public static void call() {
    if (armed == Thread.currentThread()) {
      pass(Kind.CALL);
    }
  }

  private static void pass(Kind passed) {
    if (passed == kind && ++points == chosen) {
      armed = null;
      Error error = kind.error();
      thrown = error;
      throw error;
    }
  }

  /** What may fail at a point. */
  public enum Kind {
    /** There is no memory. */
    ALLOCATION,
    /** There is no stack. */
    CALL;

    private Error error() {
      return this == ALLOCATION
          ? new OutOfMemoryError("injected")
          : new StackOverflowError("injected");
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
