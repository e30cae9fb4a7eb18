package dev.slipstream.examples.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.CacheStats;
import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchContext;
import dev.slipstream.FetchHandle;
import dev.slipstream.InFlight;
import dev.slipstream.LoadingCoalescingCache;
import dev.slipstream.Origin;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The code of {@code docs/cache.md}. */
class CacheGuideTest {
  record User(int id, String name) {}

  private final CoalescingCache<Integer, User> users =
      CoalescingCache.builder()
          .name("users")
          .maximumSize(10_000)
          .expireAfterWrite(Duration.ofMinutes(5))
          .fetchTimeout(Duration.ofSeconds(5))
          .build();

  private final Client client = new Client();
  private final CompletableFuture<@Nullable String> responded = new CompletableFuture<>();
  private UsersDatabase database;

  @BeforeEach
  void open() throws SQLException {
    database = new UsersDatabase("cache-guide");
  }

  @AfterEach
  void close() {
    users.close();
  }

  @Test
  void aFirstCache() {
    User user = users.get(42, this::queryUser);

    assertEquals("user 42", user.name());
    assertSame(user, users.getIfPresent(42));
  }

  @Test
  void aLoadingCache() {
    LoadingCoalescingCache<Integer, User> loading =
        CoalescingCache.builder().maximumSize(10_000).build(this::queryUser);

    User user = loading.get(42);

    assertEquals("user 42", user.name());
    loading.close();
  }

  @Test
  void blockingAndAsync() {
    FetchHandle<User> blocking = users.getOrFetch(42, id -> queryUser(id));

    FetchHandle<User> async = users.getOrFetch(42, (id, context) -> client.findUser(id));

    assertSame(blocking.join(), async.join());
    assertEquals(Origin.STARTED, blocking.origin());
  }

  record Page(String path, int author) {}

  /** Pages by an author whose name they show. */
  private static final class Site {
    int renders;

    Page render(String path) {
      renders++;
      return new Page(path, 7);
    }

    void rename(int author, String name) {}
  }

  @Test
  void tags() {
    Site site = new Site();
    Page about = new Page("/about", 7);
    LoadingCoalescingCache<String, Page> pages =
        CoalescingCache.builder()
            .build(
                (String path) -> {
                  Page page = site.render(path);
                  FetchContext.current().tag("author-" + page.author()); // known only now
                  return page;
                });
    pages.put("/about", about, Set.of("author-7"));
    Page first = pages.get("/pages/42");
    assertEquals(Set.of("author-7"), pages.tags("/pages/42"));

    site.rename(7, "Grace");
    pages.invalidateTag("author-7");

    assertTrue(pages.asMap().isEmpty());
    assertEquals(first, pages.get("/pages/42"));
    assertEquals(2, site.renders);
    pages.close();
  }

  @Test
  void leaving() {
    FetchHandle<User> handle = users.getOrFetch(42, this::queryUser);

    handle.orTimeout(200, TimeUnit.MILLISECONDS); // leaves when the time has elapsed
    handle.cancel(true); // leaves now

    assertTrue(handle.isDone());
  }

  @Test
  void endTheHandleFirst() {
    users
        .getOrFetch(42, this::queryUser)
        .orTimeout(200, TimeUnit.MILLISECONDS) // on the handle: a leave
        .thenApply(User::name) // derived from it
        .whenComplete(this::respond);

    responded.join();
  }

  @Test
  void aSharedFutureIsHandedOverAsAStageThatTakesNoCancel() {
    CompletableFuture<User> shared = new CompletableFuture<>();
    client.shared = shared;
    FetchHandle<User> handle =
        users.getOrFetch(42, (id, context) -> sharedRequest(id).minimalCompletionStage());
    handle.cancel(true);

    assertTrue(users.inFlight().isEmpty());
    assertFalse(shared.isCancelled());
  }

  @Test
  void aWriteIsNewerThanALoad() throws SQLException {
    assertNotNull(users.get(42, this::queryUser));

    database.rename(42, "Grace");
    users.invalidate(42);
    User renamed = users.get(42, this::queryUser); // loads again, also if a load was running

    assertEquals("Grace", renamed.name());
    database.rename(42, "user 42");
  }

  @Test
  void manyKeysAtOnce() {
    CompletableFuture<Map<Integer, User>> found =
        users.getAllOrFetch(List.of(1, 2, 3), (ids, context) -> client.findUsers(ids));

    Map<Integer, User> waited =
        users.getAll(List.of(1, 2, 3), (ids, context) -> client.findUsers(ids));

    assertEquals(found.join(), waited);
  }

  @Test
  void refreshAndPrefetch() {
    FetchHandle<User> fresh =
        users.refresh(42, this::queryUser); // the old value is served meanwhile
    users.prefetch(43, this::queryUser); // nobody waits

    assertEquals("user 42", fresh.join().name());
    assertEquals("user 43", users.get(43, this::queryUser).name());
  }

  @Test
  void theInsertCallback() {
    CoalescingCache<Integer, User> versioned =
        CoalescingCache.builder()
            .onInsert(
                (Integer id, User fetched, User current) ->
                    fetched.equals(current) ? current : fetched) // the present one stays
            .build();

    User first = versioned.get(42, this::queryUser);
    assertSame(first, versioned.refresh(42, this::queryUser).join());
    versioned.close();
  }

  @Test
  void statisticsAndWhatIsInFlight() {
    CoalescingCache<Integer, User> counted = CoalescingCache.builder().recordStats().build();
    CacheStats stats = counted.stats(); // of a cache built with recordStats()
    long shared = stats.joinCount(); // calls that did not need a load of their own

    for (InFlight<Integer> fetch : users.inFlight()) { // the oldest first
      if (fetch.age().toSeconds() > 30) {
        users.abort(fetch.key(), new IOException("stopped by an operator"));
      }
    }

    assertEquals(0, shared);
    counted.close();
  }

  private @Nullable User queryUser(int id) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query =
            connection.prepareStatement("SELECT name FROM users WHERE id = ?")) {
      FetchContext.current().onAbandon(() -> cancel(query)); // an interrupt may not stop it
      query.setInt(1, id);
      ResultSet rows = query.executeQuery();
      return rows.next() ? new User(id, rows.getString("name")) : null;
    }
  }

  private static void cancel(Statement query) {
    try {
      query.cancel();
    } catch (SQLException e) {
      // the query has ended
    }
  }

  private CompletableFuture<User> sharedRequest(int id) {
    return client.shared;
  }

  private void respond(@Nullable String name, @Nullable Throwable failure) {
    responded.complete(name);
  }

  private static final class Client {
    private CompletableFuture<User> shared = new CompletableFuture<>();

    CompletableFuture<User> findUser(int id) {
      return CompletableFuture.completedFuture(new User(id, "user " + id));
    }

    CompletableFuture<Map<Integer, User>> findUsers(Collection<? extends Integer> ids) {
      Map<Integer, User> found = new LinkedHashMap<>();
      ids.forEach(id -> found.put(id, new User(id, "user " + id)));
      return CompletableFuture.completedFuture(found);
    }
  }
}
