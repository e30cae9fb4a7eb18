package dev.slipstream.examples.comparison;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.slipstream.examples.shared.Backend;
import dev.slipstream.examples.shared.Database;
import dev.slipstream.examples.shared.Workers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Caffeine's {@link AsyncCache}, used in the most obvious way. All callers of a key get the same
 * future, so the timeout of one of them completes it for all of them, while the query runs on
 * without a caller and the next caller starts another.
 *
 * <p>{@code cache.get(…).copy().orTimeout(…)} would isolate the callers. But then no timeout ever
 * reaches the query: it runs to its end, whether or not any caller still waits.
 */
final class CaffeineBackend implements Backend {
  private final Database database;
  private final ExecutorService workers = Workers.start();
  private final AsyncCache<Integer, String> cache =
      Caffeine.newBuilder()
          .maximumSize(CacheSettings.MAXIMUM_SIZE)
          .expireAfterWrite(CacheSettings.TIME_TO_LIVE)
          .executor(workers)
          .buildAsync();

  CaffeineBackend(Database database) {
    this.database = database;
  }

  @Override
  public String name() {
    return "Caffeine";
  }

  @Override
  public CompletableFuture<String> fetch(int item, int timeoutMillis) {
    return cache
        .get(item, (key, executor) -> CompletableFuture.supplyAsync(() -> query(key), executor))
        .orTimeout(timeoutMillis, TimeUnit.MILLISECONDS);
  }

  private String query(int item) {
    try {
      return database.similarItems(item, stop -> {}); // it is never cancelled
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  @Override
  public void close() {
    Workers.stop(workers);
  }
}
