package dev.slipstream.examples.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.slipstream.AsyncLoader;
import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchContext;
import dev.slipstream.FetchHandle;
import dev.slipstream.LoadingCoalescingCache;
import dev.slipstream.canal.CanalHandle;
import dev.slipstream.canal.EventCursor;
import dev.slipstream.canal.Reactor;
import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.JacksonCodec;
import dev.slipstream.view.ValueCodec;
import dev.slipstream.view.ViewFile;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the Javadoc that no page has. */
@Timeout(60)
class JavadocTest {
  record User(int id, String name) {
    User(int id) {
      this(id, "user " + id);
    }
  }

  private User queryUser(int id) {
    return new User(id);
  }

  private void show(User user) {
    shown.complete(user);
  }

  private final CompletableFuture<User> shown = new CompletableFuture<>();

  @Test
  void aCacheThatIsBuiltWithItsLoader() {
    LoadingCoalescingCache<Integer, User> users =
        CoalescingCache.builder().maximumSize(10_000).build(id -> queryUser(id));

    User user = users.get(42); // cached, or waits for queryUser(42)

    assertEquals(new User(42), user);
    users.close();
  }

  @Test
  void aHandleThatIsTimedOutByItsCaller() {
    CoalescingCache<Integer, User> users = CoalescingCache.builder().build();
    User unused = users.get(42, this::queryUser);
    FetchHandle<User> handle = users.getOrFetch(42, this::queryUser);

    handle.orTimeout(200, TimeUnit.MILLISECONDS); // this caller leaves then, and no other
    handle.thenAccept(this::show);

    assertEquals(new User(42), shown.join());
    users.close();
  }

  @Test
  void aMappedHandleWhoseEndIsALeave() {
    CoalescingCache<Integer, User> users = CoalescingCache.builder().build();
    User unused = users.get(42, this::queryUser);

    CompletableFuture<String> name = users.getOrFetch(42, this::queryUser).map(User::name);

    assertEquals("user 42", name.join());
    name.cancel(true); // this caller leaves
    users.close();
  }

  record Page(int number) {}

  private static final class Report {
    private final List<Page> pages = new ArrayList<>();

    void add(Page page) {
      pages.add(page);
    }
  }

  private final CountDownLatch leave = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final CompletableFuture<Throwable> stopped = new CompletableFuture<>();

  @Test
  void aLoaderThatLooksWhetherItIsAbandoned() throws InterruptedException {
    CoalescingCache<Integer, Report> reports = CoalescingCache.builder().build();
    FetchHandle<Report> handle = reports.getOrFetch(7, this::tryReadReport);
    leave.await();
    handle.cancel(true);
    goOn.countDown();

    assertInstanceOf(CancellationException.class, stopped.join());
    reports.close();
  }

  private Report tryReadReport(int id) {
    try {
      return readReport(id);
    } catch (CancellationException e) {
      stopped.complete(e);
      throw e;
    }
  }

  Report readReport(int id) { // a Loader
    FetchContext context = FetchContext.current();
    Report report = new Report();
    for (Page page : pages(id)) {
      if (context.isAbandoned()) {
        throw new CancellationException("no caller waits for report " + id);
      }
      report.add(page);
    }
    return report;
  }

  private List<Page> pages(int id) {
    leave.countDown();
    Uninterruptibles.awaitUninterruptibly(goOn); // as work that does not respond to an interrupt
    return List.of(new Page(id));
  }

  record Response(String body, int author, Optional<Duration> maxAge) {}

  private static final class Client {
    CompletableFuture<Response> send(String request) {
      return CompletableFuture.completedFuture(
          new Response("answer to " + request, 7, Optional.of(Duration.ofMinutes(1))));
    }
  }

  private static String request(int id) {
    return "/pages/" + id;
  }

  @Test
  void aLoadThatSetsItsTimeToLive() {
    Client client = new Client();
    AsyncLoader<Integer, String> loader =
        (id, context) ->
            client
                .send(request(id))
                .thenApply(
                    response -> {
                      response.maxAge().ifPresent(context::expireAfter);
                      return response.body();
                    });

    LoadingCoalescingCache<Integer, String> pages =
        CoalescingCache.builder().expireAfterWrite(Duration.ofSeconds(5)).build(loader);
    assertEquals("answer to /pages/7", pages.get(7));
    Duration expiresIn = pages.snapshot().entries().get(0).expiresIn();
    assertTrue(expiresIn.compareTo(Duration.ofSeconds(5)) > 0, () -> "in " + expiresIn);
    pages.close();
  }

  @Test
  void aLoadThatGivesItsValueTags() {
    Client client = new Client();
    AsyncLoader<Integer, String> loader =
        (id, context) ->
            client
                .send(request(id))
                .thenApply(
                    response -> {
                      context.tag("page", "author-" + response.author());
                      return response.body();
                    });

    String page = "about";
    LoadingCoalescingCache<Integer, String> cache = CoalescingCache.builder().build(loader);
    assertEquals("answer to /pages/7", cache.get(7));
    assertEquals(Set.of("page", "author-7"), cache.tags(7));
    cache.put(42, page, Set.of("page", "author-7"));
    cache.invalidateTag("author-7");
    assertTrue(cache.asMap().isEmpty());
    cache.close();
  }

  record Item(String name) {}

  private static final class Index {
    private final BlockingQueue<CacheEvent<String, Item>> updates = new LinkedBlockingQueue<>();

    void update(CacheEvent<String, Item> event) {
      updates.add(event);
    }
  }

  @Test
  void aReactorOnACursor() throws InterruptedException {
    CoalescingCache<String, Item> cache = CoalescingCache.builder().eventJournal(16).build();
    Index index = new Index();
    EventCursor<String, Item> cursor = cache.events().cursor("search-index"); // from its checkpoint
    CanalHandle reactor = Reactor.run(cursor, batch -> batch.items().forEach(index::update));

    cache.put("7", new Item("lamp"));

    assertEquals(EventType.PUT, index.updates.take().type());
    reactor.close();
    cursor.close();
    cache.close();
  }

  record Price(int cents) {}

  @Test
  void aViewFileBetweenTwoRuns(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("prices.v1.view");
    CoalescingCache<String, Price> cache = CoalescingCache.builder().build();
    cache.put("lamp", new Price(1_990));
    EntryCodec<String, Price> codec =
        EntryCodec.of(ValueCodec.string(), JacksonCodec.of(Price.class));

    ViewFile.write(file, cache, codec); // before the cache is closed

    cache.invalidateAll();
    ViewFile.restore(file, cache, codec); // in the next process

    assertEquals(Map.of("lamp", new Price(1_990)), cache.asMap());
    cache.close();
  }

  @Test
  void aCodecOverAnother(@TempDir Path directory) throws IOException {
    ValueCodec<UUID> ids = ValueCodec.string().mapped(UUID::toString, UUID::fromString);

    Path file = directory.resolve("ids.view");
    CoalescingCache<String, UUID> cache = CoalescingCache.builder().build();
    UUID id = UUID.randomUUID();
    cache.put("k", id);
    EntryCodec<String, UUID> codec = EntryCodec.of(ValueCodec.string(), ids);
    ViewFile.write(file, cache, codec);

    assertEquals(id, ViewFile.read(file, codec).entries().get(0).value());
    cache.close();
  }
}
