package dev.slipstream;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Starts the work that computes the values of several keys at once.
 *
 * <pre>{@code
 * CompletableFuture<Map<Integer, User>> found =
 *     users.getAllOrFetch(List.of(1, 2, 3), (ids, context) -> client.findUsers(ids));
 * }</pre>
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface BulkLoader<K, V> {

  /**
   * Starts the work, on the thread of the caller that asked first, and returns at once.
   *
   * @param keys the keys that were neither cached nor in flight, unmodifiable
   * @param context reports whether the fetch of all keys has been given up, and is the cache's
   *     executor
   * @return a stage of the values. A key that is missing, or maps to null, has no value; values for
   *     other keys are stored if those keys are absent and were left alone meanwhile
   * @throws Exception if the work cannot be started; it ends the fetch of every key
   */
  CompletionStage<? extends Map<? extends K, ? extends V>> loadAll(
      Set<? extends K> keys, FetchContext context) throws Exception;
}
