package dev.slipstream.examples.comparison;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchContext;
import dev.slipstream.examples.shared.Backend;
import dev.slipstream.examples.shared.Database;
import dev.slipstream.examples.shared.Workers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Slipstream: each caller has its own handle. A timeout makes one caller leave; when the last one
 * has left, the query is cancelled in the database.
 */
final class SlipstreamBackend implements Backend {
  private final Database database;
  private final ExecutorService workers = Workers.start();
  private final CoalescingCache<Integer, String> cache =
      CoalescingCache.builder()
          .maximumSize(CacheSettings.MAXIMUM_SIZE)
          .expireAfterWrite(CacheSettings.TIME_TO_LIVE)
          .executor(workers)
          .build();

  SlipstreamBackend(Database database) {
    this.database = database;
  }

  @Override
  public String name() {
    return "Slipstream";
  }

  @Override
  public CompletableFuture<String> fetch(int item, int timeoutMillis) {
    return cache
        .getOrFetch(item, key -> database.similarItems(key, FetchContext.current()::onAbandon))
        .orTimeout(timeoutMillis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    cache.close();
    Workers.stop(workers);
  }
}
