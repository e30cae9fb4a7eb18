package dev.slipstream.watch;

import dev.slipstream.latch.Outcome;
import java.util.concurrent.CompletableFuture;

/**
 * A source's own way to wait for a key, where it has one that is better than to look again. It is
 * asked by {@link KeyAwaiter#awaitOutcome}, once, and only after a look has found the key without a
 * value. From then on it alone decides: its outcome is the outcome, its failure fails the wait, and
 * nothing is polled or looked at any more.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface KeyAttach<K, V> {
  /**
   * Begins to wait. It returns at once; it runs on the thread that asks for the outcome, or on one
   * that ticks the key.
   *
   * @param key the key
   * @return completes with the key's outcome, also with one that came between the look and this
   *     call. It is cancelled if the outcome is no longer needed. If it fails, or this call throws,
   *     the wait fails
   */
  CompletableFuture<Outcome<V>> attach(K key);
}
