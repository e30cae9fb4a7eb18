package dev.slipstream.examples.outage;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.slipstream.examples.shared.Backend;
import dev.slipstream.examples.shared.Database;
import dev.slipstream.examples.shared.Workers;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Caffeine with {@code refreshAfterWrite}. Each caller has a copy of the future, so that its
 * timeout fails no other.
 */
final class CaffeineBackend implements Backend {
  private final String name;
  private final ExecutorService workers = Workers.start();
  private final AsyncLoadingCache<Integer, Answer> cache;

  /** Loads an item. */
  @FunctionalInterface
  private interface ItemLoader {
    Answer load(int item) throws Exception;
  }

  private CaffeineBackend(String name, ItemLoader loader, Duration timeToLive) {
    this.name = name;
    cache =
        Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(timeToLive)
            .refreshAfterWrite(timeToLive.dividedBy(2))
            .executor(workers)
            .buildAsync(loader::load);
  }

  /** Entries are renewed before they expire. */
  static Backend refreshing(Shop shop, Duration timeToLive) {
    return new CaffeineBackend("Caffeine refresh", item -> load(shop, item), timeToLive);
  }

  /** The same, and no more loads run than the database has connections. */
  static Backend withBulkhead(Shop shop, Duration timeToLive) {
    Bulkhead bulkhead =
        Bulkhead.of(
            "database",
            BulkheadConfig.custom()
                .maxConcurrentCalls(Database.CONNECTIONS)
                .maxWaitDuration(Duration.ofMillis(500))
                .build());
    return new CaffeineBackend(
        "Caffeine bulkhead", item -> bulkhead.executeCallable(() -> load(shop, item)), timeToLive);
  }

  private static Answer load(Shop shop, int item) throws Exception {
    return shop.load(item, stop -> {}); // it is never cancelled
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public CompletableFuture<String> fetch(int item, int timeoutMillis) {
    return cache
        .get(item)
        .copy()
        .orTimeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .thenApply(Answer::text);
  }

  @Override
  public void close() {
    Workers.stop(workers);
  }
}
