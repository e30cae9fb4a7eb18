package dev.slipstream;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Stands round every load of a cache, whatever asks for it: a single fetch, each key of a bulk, a
 * refresh, a prefetch. Set by {@link CoalescingCacheBuilder#loaderInterceptor}.
 *
 * <pre>{@code
 * LoaderInterceptor<Integer, User> timed =
 *     (id, context, next) -> {
 *       long start = System.nanoTime();
 *       return next.load(id, context)
 *           .whenComplete((user, failure) -> record(System.nanoTime() - start));
 *     };
 * }</pre>
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface LoaderInterceptor<K, V> {

  /**
   * Starts a load, or answers without one. Called where an {@link AsyncLoader} is, on the thread of
   * the caller that asked first, also if the loader is a blocking one, which then runs on its
   * executor. In a cache with a ledger it is called on the executor, and only where this node
   * loads.
   *
   * <p>In a bulk it is called for each key, and the loader once, when all of these calls have
   * returned, for the keys whose {@code next} was called by then; for a key whose {@code next} is
   * called later, the loader is called again.
   *
   * @param key the key
   * @param context the fetch's; in a bulk that of all keys
   * @param next what is intercepted: the next interceptor, or the loader. It may be called once at
   *     most, on any thread, with this key and context
   * @return a stage of the value; null in it means that there is none
   * @throws Exception if the load is refused: it fails the fetch, as a loader's exception does
   */
  CompletionStage<? extends @Nullable V> intercept(
      K key, FetchContext context, AsyncLoader<? super K, ? extends V> next) throws Exception;
}
