package dev.slipstream;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Carries a name that a test's callers have, and counts what a cache asks of it. */
final class Tenants implements ContextPropagator {
  private static final ThreadLocal<@Nullable String> TENANT = new ThreadLocal<>();

  final AtomicInteger captures = new AtomicInteger();
  final AtomicInteger opens = new AtomicInteger();
  final AtomicInteger closes = new AtomicInteger();

  /** Thrown by the method that a test has set it for. */
  volatile @Nullable RuntimeException byCapture;

  volatile @Nullable RuntimeException byOpen;
  volatile @Nullable RuntimeException byClose;

  /** Returns the name on this thread. */
  static @Nullable String current() {
    return TENANT.get();
  }

  /** Runs a caller of that name on this thread. */
  static void as(String tenant, Runnable caller) {
    String before = TENANT.get();
    TENANT.set(tenant);
    try {
      caller.run();
    } finally {
      TENANT.set(before);
    }
  }

  @Override
  public Snapshot capture() {
    captures.incrementAndGet();
    throwIfSet(byCapture);
    String tenant = TENANT.get();
    return () -> {
      throwIfSet(byOpen);
      opens.incrementAndGet();
      String before = TENANT.get();
      TENANT.set(tenant);
      return () -> {
        TENANT.set(before);
        closes.incrementAndGet();
        throwIfSet(byClose);
      };
    };
  }

  private static void throwIfSet(@Nullable RuntimeException failure) {
    if (failure != null) {
      throw failure;
    }
  }
}
