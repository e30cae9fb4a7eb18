package dev.slipstream.examples.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.slipstream.CoalescingCache;
import dev.slipstream.ContextPropagator;
import dev.slipstream.FetchHandle;
import dev.slipstream.LoadingCoalescingCache;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The code of {@code docs/protection.md}, and of the Javadoc of what it describes. */
class ProtectionPageTest {
  private static final ThreadLocal<String> TENANT = new ThreadLocal<>();

  private final Database database = new Database();

  record User(int id, String tenant) {}

  private static final class Snapshot {
    final CountDownLatch closed = new CountDownLatch(1);

    void close() {
      closed.countDown();
    }
  }

  @Test
  void aLoaderRunsInTheContextOfItsCaller() {
    ContextPropagator tenants =
        () -> {
          String tenant = TENANT.get();
          return () -> {
            String before = TENANT.get();
            TENANT.set(tenant);
            return () -> TENANT.set(before);
          };
        };

    CoalescingCache<Integer, User> users =
        CoalescingCache.builder().contextPropagator(tenants).build();
    try (users) {
      TENANT.set("t");
      assertEquals(new User(42, "t"), users.get(42, id -> new User(id, TENANT.get())));
    } finally {
      TENANT.remove();
    }
  }

  @Test
  void aBoundedCacheLoads() {
    CoalescingCache<Integer, User> users =
        CoalescingCache.builder()
            .maximumSize(10_000)
            .fetchTimeout(Duration.ofSeconds(5))
            .maxConcurrentFetches(64, 200)
            .build();
    try (users) {
      assertEquals(new User(42, "t"), users.get(42, id -> new User(id, "t")));
    }
  }

  @Test
  void whatIsAskedForTogetherIsLoadedTogether() {
    LoadingCoalescingCache<Integer, User> users =
        CoalescingCache.builder()
            .maximumSize(10_000)
            .buildBatching((keys, context) -> database.usersAsync(keys), 100, Duration.ofMillis(2));
    try (users) {
      assertEquals(Map.of(1, new User(1, "t"), 2, new User(2, "t")), users.getAll(List.of(1, 2)));
    }
  }

  /** A backend that can be asked for several users. */
  private static final class Database {
    CompletableFuture<Map<Integer, User>> usersAsync(Set<? extends Integer> ids) {
      return CompletableFuture.completedFuture(
          ids.stream().collect(Collectors.toMap(id -> id, id -> new User(id, "t"))));
    }
  }

  @Test
  void whatReachesNobodyIsClosed() throws InterruptedException {
    CoalescingCache<Integer, Snapshot> snapshots =
        CoalescingCache.builder()
            .fetchTimeout(Duration.ofSeconds(5))
            .removalListener(
                (Integer id, Snapshot snapshot, RemovalCause cause) -> snapshot.close())
            .discardListener((Integer id, Snapshot snapshot) -> snapshot.close())
            .build();
    try (snapshots) {
      CompletableFuture<Snapshot> answer = new CompletableFuture<>();
      Snapshot late = new Snapshot();
      FetchHandle<Snapshot> handle =
          snapshots.getOrFetch(42, (id, context) -> answer.minimalCompletionStage());
      handle.cancel(true);
      answer.complete(late);

      assertTrue(late.closed.await(30, TimeUnit.SECONDS));
    }
  }
}
