package dev.slipstream.page;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchContext;
import dev.slipstream.FetchHandle;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Callers of a cache, some of which leave, and loads, some of which fail: for pictures. */
final class Traffic implements AutoCloseable {
  private final CoalescingCache<String, String> cache;
  private final String prefix;
  private final int keys;
  private final Random random = new Random(7);
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
  private final long startNanos = System.nanoTime();

  Traffic(CoalescingCache<String, String> cache, String prefix, int keys, int everyMillis) {
    this.cache = cache;
    this.prefix = prefix;
    this.keys = keys;
    var unused = clock.scheduleAtFixedRate(this::callers, 0, everyMillis, TimeUnit.MILLISECONDS);
  }

  /** More and fewer of them in waves. */
  private void callers() {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    int count = (int) Math.round(2 + 1.8 * Math.sin(seconds / 1.7) + random.nextDouble());
    for (int i = 0; i < count; i++) {
      call();
    }
  }

  private void call() {
    int id = (int) Math.min(keys - 1, Math.abs(random.nextGaussian()) * keys / 3);
    FetchHandle<String> caller = cache.getOrFetch(prefix + (10_000 + id), this::load);
    if (random.nextInt(4) == 0) {
      caller.orTimeout(30 + random.nextInt(400), TimeUnit.MILLISECONDS);
    }
    if (random.nextInt(40) == 0) {
      cache.invalidate(prefix + (10_000 + random.nextInt(keys)));
    }
  }

  private CompletionStage<String> load(String key, FetchContext context) {
    CompletableFuture<String> result = new CompletableFuture<>();
    int kind = random.nextInt(50);
    long millis = kind == 0 ? 4_000 : (long) (60 + 180 * Math.abs(random.nextGaussian()));
    var unused =
        clock.schedule(
            () -> {
              if (kind == 1) {
                result.completeExceptionally(new IOException("connection reset"));
              } else {
                result.complete(kind < 5 ? null : "value");
              }
            },
            millis,
            TimeUnit.MILLISECONDS);
    return result;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
