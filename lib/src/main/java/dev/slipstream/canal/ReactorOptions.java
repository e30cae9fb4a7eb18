package dev.slipstream.canal;

import dev.slipstream.internal.Arguments;
import dev.slipstream.internal.Texts;
import dev.slipstream.internal.Threads;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** How a {@link Reactor} works. Immutable: each setter returns changed options. */
public final class ReactorOptions {
  private static final ReactorOptions DEFAULTS =
      new ReactorOptions("slipstream-reactor", 256, null);

  private final String name;
  private final int batchSize;
  private final @Nullable ThreadFactory threads;

  private ReactorOptions(String name, int batchSize, @Nullable ThreadFactory threads) {
    this.name = name;
    this.batchSize = batchSize;
    this.threads = threads;
  }

  /**
   * Returns the options that {@link Reactor#run(Canal, BatchHandler)} takes: batches of up to 256
   * items, and a daemon thread named {@code slipstream-reactor}.
   *
   * @return the default options
   */
  public static ReactorOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets the name of the reactor, in log messages and exceptions, and of its thread.
   *
   * @param name not blank
   * @return changed options
   * @throws IllegalArgumentException if the name is blank
   */
  public ReactorOptions name(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          "name must have a character that is no space, but is '%s'".formatted(Texts.of(name)));
    }
    return new ReactorOptions(name, batchSize, threads);
  }

  /**
   * Sets how many items a batch holds at most. A checkpoint is saved after each batch.
   *
   * @param batchSize 1 or more
   * @return changed options
   * @throws IllegalArgumentException if the number is zero or negative
   */
  public ReactorOptions batchSize(int batchSize) {
    Arguments.requirePositive("batchSize", batchSize);
    return new ReactorOptions(name, batchSize, threads);
  }

  /**
   * Sets what makes the reactor's thread, in the place of a daemon thread with the reactor's name.
   *
   * @param threads makes one thread, not started
   * @return changed options
   */
  public ReactorOptions threadFactory(ThreadFactory threads) {
    return new ReactorOptions(name, batchSize, Objects.requireNonNull(threads, "threads"));
  }

  String name() {
    return name;
  }

  int batchSize() {
    return batchSize;
  }

  Thread newThread(Runnable worker) {
    if (threads == null) {
      return Threads.newDaemon(name, worker);
    }
    Thread thread = threads.newThread(worker);
    if (thread == null) {
      throw new IllegalStateException(
          "reactor '%s' needs a thread, but its thread factory %s returned null"
              .formatted(Texts.of(name), Texts.of(threads)));
    }
    return thread;
  }
}
