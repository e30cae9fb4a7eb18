package dev.slipstream.examples.outage;

import dev.slipstream.CoalescingCache;
import dev.slipstream.CoalescingCacheBuilder;
import dev.slipstream.FetchContext;
import dev.slipstream.examples.shared.Backend;
import dev.slipstream.examples.shared.Database;
import dev.slipstream.examples.shared.Workers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Slipstream, without and with the settings that protect its callers and the database. */
final class SlipstreamBackend implements Backend {
  private final String name;
  private final Shop shop;
  private final ExecutorService workers = Workers.start();
  private final CoalescingCache<Integer, Answer> cache;

  private SlipstreamBackend(
      String name,
      Shop shop,
      Duration timeToLive,
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> settings) {
    this.name = name;
    this.shop = shop;
    CoalescingCacheBuilder<Object, Object> builder =
        CoalescingCache.builder()
            .maximumSize(10_000)
            .expireAfterWrite(timeToLive)
            .fetchTimeout(Duration.ofSeconds(2))
            .executor(workers);
    cache = settings.apply(builder).build();
  }

  /** Entries are served until they expire; then callers wait. */
  static Backend plain(Shop shop, Duration timeToLive) {
    return new SlipstreamBackend("Slipstream plain", shop, timeToLive, builder -> builder);
  }

  /** Entries are renewed before they expire, and outlive a database that fails. */
  static Backend withSettings(Shop shop, Duration timeToLive) {
    return new SlipstreamBackend(
        "Slipstream protected", shop, timeToLive, builder -> protect(builder, timeToLive));
  }

  private static CoalescingCacheBuilder<Object, Object> protect(
      CoalescingCacheBuilder<Object, Object> builder, Duration timeToLive) {
    return builder
        .refreshAfterWrite(timeToLive.dividedBy(2))
        .earlyRefresh(1.0)
        .staleIfError(Duration.ofMinutes(1))
        .softTimeout(Duration.ofMillis(200))
        .failureBackoff(Duration.ofMillis(500), Duration.ofSeconds(4))
        .failureTtl(Duration.ofSeconds(1))
        .maxConcurrentFetches(Database.CONNECTIONS, 64);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public CompletableFuture<String> fetch(int item, int timeoutMillis) {
    return cache
        .getOrFetch(item, key -> shop.load(key, FetchContext.current()::onAbandon))
        .orTimeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .thenApply(Answer::text);
  }

  @Override
  public void close() {
    cache.close();
    Workers.stop(workers);
  }
}
