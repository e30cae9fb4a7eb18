package dev.slipstream.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.CoalescingCache;
import dev.slipstream.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The end of a page: nothing of it stays behind. */
class CloseTest {
  private final CoalescingCache<String, String> users = CoalescingCache.builder().build();

  private FlightPageBuilder builder() {
    return FlightPage.builder().cache("users", users).every(Duration.ofMillis(1));
  }

  /**
   * The names of the threads of pages: a dispatcher that is no daemon is of a test's own server.
   */
  static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(
            thread ->
                thread.getName().startsWith("slipstream-page")
                    || (thread.getName().equals("HTTP-Dispatcher") && thread.isDaemon()))
        .map(Thread::getName)
        .toList();
  }

  @Test
  void streamsThreadsAndPortAreGone() throws IOException {
    FlightPage page = builder().start();
    URI uri = page.uri();
    try (Follower one = new Follower(uri);
        Follower two = new Follower(uri)) {
      one.next("hello");
      two.next("hello");
      assertThat(Http.get(uri, "").statusCode()).isEqualTo(200);
      assertThat(threads()).isNotEmpty();

      page.close();
      page.close();

      one.awaitEnd();
      two.awaitEnd();
      Eventually.passes(() -> assertThat(threads()).isEmpty());
    }
    assertThatThrownBy(() -> Http.get(uri, "")).isInstanceOf(UncheckedIOException.class);
    try (FlightPage next = builder().port(uri.getPort()).start()) {
      assertThat(next.uri()).isEqualTo(uri);
    }
    assertThat(page.uri()).isEqualTo(uri);
  }

  @Test
  void itsThreadsAreDaemonsAndInheritNothing() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    ClassLoader own = Thread.currentThread().getContextClassLoader();
    ClassLoader application = new ClassLoader(own) {};
    Thread.currentThread().setContextClassLoader(application);
    try (FlightPage page = builder().start()) {
      assertThat(Http.get(page.uri(), "caches").statusCode()).isEqualTo(200);
      List<Thread> threads =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> !before.contains(thread))
              .filter(
                  thread ->
                      thread
                          .getName()
                          .matches("slipstream-page-.*|HTTP-Dispatcher|idle-timeout-task"))
              .toList();

      assertThat(threads).hasSizeGreaterThan(3).allMatch(Thread::isDaemon);
      assertThat(threads).noneMatch(thread -> thread.getContextClassLoader() == application);
    } finally {
      Thread.currentThread().setContextClassLoader(own);
    }
  }

  @Test
  void aClosedPageKeepsNoCache() throws IOException {
    AtomicReference<FlightPage> page = new AtomicReference<>();
    WeakReference<Object> cache = new WeakReference<>(watched(page));

    page.get().close();

    Eventually.collects("the cache", () -> cache.get() == null);
    assertThat(page.get().uri()).isNotNull();
  }

  private static Object watched(AtomicReference<FlightPage> page) throws IOException {
    CoalescingCache<String, String> cache = CoalescingCache.builder().build();
    page.set(FlightPage.builder().cache("cache", cache).every(Duration.ofMillis(1)).start());
    try (Follower follower = new Follower(page.get().uri())) {
      follower.next("hello");
      follower.next("state");
    }
    return cache;
  }

  @Test
  void theCachesStayOpen() {
    builder().start().close();

    assertThat(users.get("key", key -> "value")).isEqualTo("value");
  }

  @Test
  void twoPagesOfOneBuilderAreIndependent() {
    FlightPageBuilder builder = builder();
    FlightPage one = builder.start();
    try (FlightPage two = builder.start()) {
      one.close();

      assertThat(Http.json(two.uri(), "caches/users").get("name").textValue()).isEqualTo("users");
    }
  }
}
