package dev.slipstream.watch;

import dev.slipstream.internal.FallbackExecutor;
import dev.slipstream.internal.Threads;
import dev.slipstream.internal.Timer;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link KeyAwaiter} over a source. It is for one thread.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class KeyAwaiterBuilder<K, V> {
  private final KeySource<K, V> source;
  private @Nullable ChangeHub<K> hub;
  private @Nullable EventHistory<K, V> history;
  private @Nullable KeyAttach<K, V> attach;
  private Executor executor = Threads.callbacks();
  private Timer timer = Threads.timer();
  private boolean polls;

  KeyAwaiterBuilder(KeySource<K, V> source) {
    this.source = Objects.requireNonNull(source, "source");
  }

  /**
   * Wakes on a hub's ticks.
   *
   * @param hub is ticked after each change of a key that the source shows, and after each event
   * @return this
   */
  public KeyAwaiterBuilder<K, V> hub(ChangeHub<K> hub) {
    this.hub = Objects.requireNonNull(hub, "hub");
    return this;
  }

  /**
   * Polls besides: the source can change without a tick.
   *
   * @return this
   */
  public KeyAwaiterBuilder<K, V> polling() {
    polls = true;
    return this;
  }

  /**
   * Looks for events there. Without it {@link KeyAwaiter#awaitEvent} is refused.
   *
   * @param history holds an event before its key is ticked
   * @return this
   */
  public KeyAwaiterBuilder<K, V> eventJournal(EventHistory<K, V> history) {
    this.history = Objects.requireNonNull(history, "history");
    return this;
  }

  /**
   * Leaves the wait for an outcome to the source's own means.
   *
   * @param attach is asked if a key has no value yet
   * @return this
   */
  public KeyAwaiterBuilder<K, V> attach(KeyAttach<K, V> attach) {
    this.attach = Objects.requireNonNull(attach, "attach");
    return this;
  }

  /**
   * Sets the executor that completes futures and polls. By default the library's: virtual threads
   * where the JDK has them, else daemon threads that come and go.
   *
   * @param executor what it rejects is done by the library's own threads
   * @return this
   */
  public KeyAwaiterBuilder<K, V> executor(Executor executor) {
    this.executor = FallbackExecutor.of(Objects.requireNonNull(executor, "executor"));
    return this;
  }

  /**
   * Returns the awaiter.
   *
   * @return an awaiter
   * @throws IllegalStateException if it has no hub and does not poll: nothing would wake it
   */
  public KeyAwaiter<K, V> build() {
    if (hub == null && !polls) {
      throw new IllegalStateException(
          "nothing would wake this awaiter: give it a hub(…), or polling() if the source can change"
              + " without a tick");
    }
    AwaiterSettings<K> settings = new AwaiterSettings<>(hub, polls ? timer : null, executor);
    return new KeyAwaiter<>(source, history, attach, settings);
  }

  /** Sets the timer of polls. */
  KeyAwaiterBuilder<K, V> timer(Timer timer) {
    this.timer = timer;
    return this;
  }
}
