package dev.slipstream.examples.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import dev.slipstream.Loader;
import dev.slipstream.LoadingCoalescingCache;
import dev.slipstream.Origin;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The code of {@code docs/freshness.md}. */
class FreshnessPageTest {
  record User(int id, int version) {}

  private final AtomicInteger queries = new AtomicInteger();

  private User queryUser(Integer id) throws SQLException {
    queries.incrementAndGet();
    return new User(id, 1);
  }

  private int versionOf(Integer id) {
    return 1;
  }

  @Test
  void aCacheThatRenewsItsEntries() {
    LoadingCoalescingCache<Integer, User> users =
        CoalescingCache.builder()
            .expireAfterWrite(Duration.ofMinutes(10))
            .refreshAfterWrite(Duration.ofMinutes(1))
            .earlyRefresh(1.0)
            .ttlJitter(0.1)
            .build(this::queryUser);
    try (users) {
      assertEquals(new User(42, 1), users.get(42));
    }
  }

  @Test
  void aCacheWhoseEntriesAreDue() {
    LoadingCoalescingCache<Integer, User> users =
        CoalescingCache.builder()
            .expireAfterWrite(Duration.ofMinutes(10))
            .refreshAfterWrite(Duration.ofMinutes(1))
            .build(id -> queryUser(id));
    try (users) {
      assertEquals(new User(42, 1), users.get(42));
    }
  }

  @Test
  void aLoaderThatFindsItsValueUnchanged() throws Exception {
    AtomicLong clock = new AtomicLong();
    try (CoalescingCache<Integer, User> users =
        CoalescingCache.builder()
            .ticker(clock::get)
            .executor(Runnable::run)
            .refreshAfterWrite(Duration.ofMinutes(1))
            .build()) {
      User first = users.get(42, new UserLoader());
      clock.addAndGet(TimeUnit.MINUTES.toNanos(1));

      FetchHandle<User> due = users.getOrFetch(42, new UserLoader());
      assertEquals(Origin.STALE, due.origin());
      assertSame(first, due.join());
      FetchHandle<User> renewed = users.getOrFetch(42, new UserLoader());
      assertEquals(Origin.HIT, renewed.origin());
      assertSame(first, renewed.join());
      assertEquals(1, queries.get());
      assertTrue(users.inFlight().isEmpty());
    }
  }

  class UserLoader implements Loader<Integer, User> {
    @Override
    public User load(Integer id) throws SQLException {
      return queryUser(id);
    }

    @Override
    public User reload(Integer id, User old) throws SQLException {
      return versionOf(id) == old.version() ? old : queryUser(id);
    }
  }
}
