package dev.slipstream.watch;

import dev.slipstream.internal.Arguments;
import dev.slipstream.latch.Outcome;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Waits for what becomes of a key, without making anything become of it. It subscribes before it
 * reads, wakes on the ticks of a {@link ChangeHub}, and over a source that can change unseen it
 * also polls: after 25 ms, then after twice as long each time up to a second, and after 25 ms again
 * when a tick came. No thread waits.
 *
 * <p>The futures are the caller's own. However one ends, by its outcome, by {@code cancel}, {@code
 * complete} or {@code orTimeout}, everything that it held is given up, polling included. A future
 * that is merely dropped waits on: cancel it. The executor completes the futures, and so runs what
 * depends on them; one whose outcome is known at once is returned complete.
 *
 * <p>All methods may be called from any thread, and none blocks.
 *
 * <pre>{@code
 * CompletableFuture<Outcome<User>> outcome =
 *     cache.awaiter().awaitOutcome(id).orTimeout(5, TimeUnit.SECONDS);
 * }</pre>
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class KeyAwaiter<K, V> {
  private final KeySource<K, V> source;
  private final @Nullable EventHistory<K, V> history;
  private final @Nullable KeyAttach<K, V> attach;
  private final AwaiterSettings<K> settings;

  KeyAwaiter(
      KeySource<K, V> source,
      @Nullable EventHistory<K, V> history,
      @Nullable KeyAttach<K, V> attach,
      AwaiterSettings<K> settings) {
    this.source = source;
    this.history = history;
    this.attach = attach;
    this.settings = settings;
  }

  /**
   * Returns an awaiter that polls: for a source that can change unseen, and has no hub.
   *
   * @param source where the keys' states are read
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return an awaiter
   */
  public static <K, V> KeyAwaiter<K, V> polling(KeySource<K, V> source) {
    return over(source).polling().build();
  }

  /**
   * Returns a builder of an awaiter.
   *
   * @param source where the keys' states are read
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return a builder; it needs a hub, or to poll
   */
  public static <K, V> KeyAwaiterBuilder<K, V> over(KeySource<K, V> source) {
    return new KeyAwaiterBuilder<>(source);
  }

  /**
   * Returns a future of the key's outcome: at once the value that is cached, else how the fetch
   * ends that is running, else that of the fetch or write that comes next. It starts no fetch and
   * keeps none alive: one whose last caller leaves ends as {@link Outcome.Abandoned}. What became
   * of earlier fetches is not known.
   *
   * @param key the key
   * @return completes with the outcome, a failed fetch's included. It fails only if the wait itself
   *     does: with what the source or the {@link KeyAttach} threw
   */
  public CompletableFuture<Outcome<V>> awaitOutcome(K key) {
    Objects.requireNonNull(key, "key");
    return new OutcomeAwait<>(key, source, attach, settings).start();
  }

  /**
   * Returns a future of the first event of a type for a key after a sequence number, whether it has
   * happened or is to come.
   *
   * @param key the key
   * @param type the type
   * @param afterSequence events up to this one, inclusive, do not count; 0 to count all
   * @return completes with the event. It fails with {@link EventsLostException} if events that
   *     might have been it are no longer held
   * @throws IllegalArgumentException if the number is negative
   * @throws IllegalStateException if there is no history of events to look at
   */
  public CompletableFuture<CacheEvent<K, V>> awaitEvent(K key, EventType type, long afterSequence) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(type, "type");
    Arguments.notNegative("afterSequence", afterSequence);
    if (history == null) {
      throw new IllegalStateException(
          "an event was asked for, but none is kept: build the cache with eventJournal(…)");
    }
    return new EventAwait<>(key, type, afterSequence, history, settings).start();
  }
}
