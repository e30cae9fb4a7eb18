package dev.slipstream.ledger;

import dev.slipstream.watch.ChangeHub;
import dev.slipstream.watch.EventsLostException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Waits for what becomes of a key's fetch, without making anything become of it and without wanting
 * it: a wait has no grant. It subscribes before it reads, wakes on the ticks of a hub, and over an
 * engine that can change unseen it also polls: after 25 ms, then after twice as long each time up
 * to a second, and after 25 ms again when a tick came. No thread waits.
 *
 * <pre>{@code
 * WatchedFetchLedger<String, Row> watched = WatchedFetchLedger.watch(ledger);
 *
 * watched.awaiter().awaitEnd("row 1").thenAccept(this::show);
 * }</pre>
 *
 * <p>The futures are the caller's own. However one ends, everything that it held is given up,
 * polling included; one that is merely dropped waits on: cancel it. The executor completes them.
 *
 * <p>All methods may be called from any thread, and none blocks.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class LedgerAwaiter<K, V> {
  private final FetchLedger<K, V> ledger;
  private final @Nullable ChangeHub<K> hub;
  private final @Nullable LedgerAttach<K, V> attach;
  private final boolean polls;
  private final Executor executor;

  LedgerAwaiter(LedgerAwaiterBuilder<K, V> builder) {
    this.ledger = builder.ledger;
    this.hub = builder.hub;
    this.attach = builder.attach;
    this.polls = builder.polls;
    this.executor = builder.executor;
  }

  /**
   * Returns a builder of an awaiter.
   *
   * @param ledger is asked how fetches stand
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return a builder; it needs a hub, or to poll
   */
  public static <K, V> LedgerAwaiterBuilder<K, V> over(FetchLedger<K, V> ledger) {
    return new LedgerAwaiterBuilder<>(ledger);
  }

  /**
   * Returns a future of how the key's newest fetch ended, or will end; if there is none, of how the
   * next one ends. A fetch that is given up or invalidated is forgotten: the wait goes on for the
   * next.
   *
   * @param key the key
   * @return completes with the end. It fails only if the wait itself does: with what the ledger or
   *     the {@link LedgerAttach} failed with
   */
  public CompletableFuture<FetchEnd<V>> awaitEnd(K key) {
    Objects.requireNonNull(key, "key");
    return new EndWait<>(key, ledger, attach, hub, polls, executor).start();
  }

  /**
   * Returns a future of the first event of a type in a fetch after a sequence number, whether it
   * has happened or is to come.
   *
   * @param id the fetch; with the number 0 the one that is the newest now
   * @param type the type, not blank
   * @param afterSequence events up to this one, inclusive, do not count; 0 to count all
   * @return completes with the event. It fails with {@link UnknownFetchException} if there is no
   *     such fetch, or none any more, and with {@link EventsLostException} if events that might
   *     have been it are no longer held
   */
  public CompletableFuture<LedgerEvent<K>> awaitEvent(
      FetchId<K> id, String type, long afterSequence) {
    Objects.requireNonNull(id, "id");
    Arguments.notBlank(type, "type");
    Arguments.notNegative(afterSequence, "afterSequence");
    return new EventWait<>(id, type, afterSequence, ledger, hub, polls, executor).start();
  }
}
