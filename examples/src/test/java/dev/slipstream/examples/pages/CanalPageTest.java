package dev.slipstream.examples.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipstream.CoalescingCache;
import dev.slipstream.canal.CanalBatch;
import dev.slipstream.canal.CanalClosedException;
import dev.slipstream.canal.CanalHandle;
import dev.slipstream.canal.CheckpointStore;
import dev.slipstream.canal.EventCursor;
import dev.slipstream.canal.EventSubscription;
import dev.slipstream.canal.Reactor;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The code of {@code docs/canal.md} that no example has. */
@Timeout(60)
class CanalPageTest {
  record Item(String name) {}

  private final Index index = new Index();
  private final Dashboard dashboard = new Dashboard();
  private final Executor executor = Runnable::run;
  private EventSubscription<String, Item> subscription;

  @Test
  void aReactorFollowsTheEvents(@TempDir Path directory) throws Exception {
    CoalescingCache<String, Item> cache =
        CoalescingCache.builder()
            .eventJournal(4096) // off by default
            .checkpointStore(CheckpointStore.inDirectory(directory)) // in memory by default
            .build();

    EventCursor<String, Item> cursor = cache.events().cursor("search-index");
    CanalHandle reactor =
        Reactor.run(
            cursor,
            batch -> {
              if (batch instanceof CanalBatch.Gap) {
                index.rebuild(cache.asMap()); // events are missing: read the cache itself
              } else {
                for (CacheEvent<String, Item> event : batch.items()) {
                  index.update(event);
                }
              }
            });

    cache.put("7", new Item("lamp"));
    assertEquals(EventType.PUT, index.updates.take().type());

    reactor.close(); // stops, waits, and throws what ended it, if anything did
    cursor.close();
    cache.close();
  }

  @Test
  void aSubscriptionNeedsNoThread() throws InterruptedException {
    CoalescingCache<String, Item> cache = CoalescingCache.builder().eventJournal(16).build();
    subscription = cache.events().subscribe(16);
    drain();

    cache.put("7", new Item("lamp"));

    assertEquals("7", dashboard.shown.take().key());
    subscription.close();
    dashboard.ended.join();
    cache.close();
  }

  @Test
  void aPublisherServesSubscribers() throws InterruptedException {
    CoalescingCache<String, Item> cache = CoalescingCache.builder().eventJournal(256).build();
    cache.events().publisher(256).subscribe(dashboard); // a Flow.Subscriber

    cache.put("7", new Item("lamp"));

    assertEquals("7", dashboard.shown.take().key());
    cache.close();
    dashboard.ended.join();
  }

  void drain() { // runs on your executor
    try {
      do {
        for (var batch = subscription.pullNow(64);
            !batch.isEmpty();
            batch = subscription.pullNow(64)) {
          batch.items().forEach(dashboard::show);
        }
      } while (!subscription.onAvailable(() -> executor.execute(this::drain)));
    } catch (CanalClosedException e) {
      dashboard.end();
    }
  }

  private static final class Index {
    private final BlockingQueue<CacheEvent<String, Item>> updates = new LinkedBlockingQueue<>();

    void rebuild(Map<String, Item> items) {
      updates.clear();
    }

    void update(CacheEvent<String, Item> event) {
      updates.add(event);
    }
  }

  private static final class Dashboard implements Flow.Subscriber<CacheEvent<String, Item>> {
    private final BlockingQueue<CacheEvent<String, Item>> shown = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    void show(CacheEvent<String, Item> event) {
      shown.add(event);
    }

    void end() {
      ended.complete(null);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(CacheEvent<String, Item> event) {
      show(event);
    }

    @Override
    public void onError(Throwable failure) {
      ended.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      end();
    }
  }
}
