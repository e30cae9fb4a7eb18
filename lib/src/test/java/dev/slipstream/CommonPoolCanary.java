package dev.slipstream;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;

/** For {@link ArchitectureTest}: a use of the common pool. */
final class CommonPoolCanary {
  static Executor pool() {
    return ForkJoinPool.commonPool();
  }
}
