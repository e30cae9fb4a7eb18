package dev.slipstream.examples;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Caffeine's {@link AsyncCache}, used in the way that suggests itself. All callers of a key get one
 * and the same future, so the timeout of one of them ends it for all of them, while its query runs
 * on for nobody and the next caller starts another.
 *
 * <p>{@code cache.get(…).copy().orTimeout(…)} would keep the callers apart. Then nobody's timeout
 * ever reaches the query: it runs to its end, wanted or not.
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
  public CompletableFuture<String> fetch(int item, int patienceMillis) {
    return cache
        .get(item, (key, executor) -> CompletableFuture.supplyAsync(() -> query(key), executor))
        .orTimeout(patienceMillis, TimeUnit.MILLISECONDS);
  }

  private String query(int item) {
    try {
      return database.similarItems(item, stop -> {}); // nothing will ever tell us to
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  @Override
  public void close() {
    Workers.stop(workers);
  }
}
