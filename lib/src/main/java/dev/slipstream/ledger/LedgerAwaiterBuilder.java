package dev.slipstream.ledger;

import dev.slipstream.watch.ChangeHub;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link LedgerAwaiter}. It is for one thread.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class LedgerAwaiterBuilder<K, V> {
  final FetchLedger<K, V> ledger;
  @Nullable ChangeHub<K> hub;
  @Nullable LedgerAttach<K, V> attach;
  boolean polls;
  Executor executor = LedgerThreads.pool();

  LedgerAwaiterBuilder(FetchLedger<K, V> ledger) {
    this.ledger = Objects.requireNonNull(ledger, "ledger");
  }

  /**
   * Wakes on a hub's ticks.
   *
   * @param hub is ticked after each change of a key's record
   * @return this
   */
  public LedgerAwaiterBuilder<K, V> hub(ChangeHub<K> hub) {
    this.hub = Objects.requireNonNull(hub, "hub");
    return this;
  }

  /**
   * Polls besides: the engine can change without a tick.
   *
   * @return this
   */
  public LedgerAwaiterBuilder<K, V> polling() {
    polls = true;
    return this;
  }

  /**
   * Leaves the wait for an end to the engine's own means.
   *
   * @param attach is asked, once a wait, when there is a fetch that has not ended
   * @return this
   */
  public LedgerAwaiterBuilder<K, V> attach(LedgerAttach<K, V> attach) {
    this.attach = Objects.requireNonNull(attach, "attach");
    return this;
  }

  /**
   * Sets the executor that completes futures and polls; by default the library's own threads do:
   * virtual ones where the JDK has them, else daemon threads that come and go.
   *
   * @param executor runs tasks that do not block; what it rejects runs on the calling thread
   * @return this
   */
  public LedgerAwaiterBuilder<K, V> executor(Executor executor) {
    this.executor = Objects.requireNonNull(executor, "executor");
    return this;
  }

  /**
   * Returns the awaiter.
   *
   * @return an awaiter
   * @throws IllegalStateException if it has no hub and does not poll: nothing would wake it
   */
  public LedgerAwaiter<K, V> build() {
    if (hub == null && !polls) {
      throw new IllegalStateException(
          "nothing would wake this awaiter: give it a hub(…), or polling() if the engine can change"
              + " without a tick");
    }
    return new LedgerAwaiter<>(this);
  }
}
