package dev.slipstream.checks.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import dev.slipstream.AsyncLoader;
import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchException;
import dev.slipstream.LoadingCoalescingCache;
import dev.slipstream.testing.Caller;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The code and the claims of {@code docs/migration.md} on Guava's LoadingCache. */
class GuavaMigrationTest {
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch started = new CountDownLatch(1);

  private User queryUser(int id) throws IOException {
    if (id < 0) {
      throw new IOException("no user " + id);
    }
    return id == 0 ? null : new User(id, "Ada");
  }

  private User slowUser(int id) throws InterruptedException {
    started.countDown();
    if (!release.await(30, TimeUnit.SECONDS)) {
      throw new AssertionError("not released");
    }
    return new User(id, "old");
  }

  @Test
  void before() throws Exception {
    LoadingCache<Integer, User> users =
        CacheBuilder.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofMinutes(5))
            .build(CacheLoader.from(id -> findUser(id)));

    User user = users.get(42); // throws ExecutionException
    User unchecked = users.getUnchecked(42);

    assertThat(user).isSameAs(unchecked);
  }

  private User findUser(int id) {
    return new User(id, "Ada");
  }

  @Test
  void after() {
    LoadingCoalescingCache<Integer, User> users =
        CoalescingCache.builder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofMinutes(5))
            .fetchTimeout(Duration.ofSeconds(5))
            .build(id -> queryUser(id)); // may throw checked exceptions

    User user = users.get(42); // throws FetchException, which is unchecked
    User bounded = users.get(42, id -> queryUser(id), Duration.ofMillis(200)); // waits no longer

    assertThat(user).isSameAs(bounded);
    assertThatThrownBy(() -> users.get(-1))
        .isInstanceOf(FetchException.class)
        .hasCauseInstanceOf(IOException.class);
    assertThat(users.get(0)).isNull();
    assertThat(users.getAll(List.of(0, 1))).containsOnlyKeys(1);
    users.close();
  }

  @Test
  void guavaRefusesNullAndWrapsFailures() {
    LoadingCache<Integer, User> users =
        CacheBuilder.newBuilder()
            .build(
                new CacheLoader<Integer, User>() {
                  @Override
                  public User load(Integer id) throws IOException {
                    return queryUser(id);
                  }
                });

    assertThatThrownBy(() -> users.get(0))
        .isInstanceOf(CacheLoader.InvalidCacheLoadException.class);
    assertThatThrownBy(() -> users.getAll(List.of(0, 1)))
        .isInstanceOf(CacheLoader.InvalidCacheLoadException.class);
    assertThatThrownBy(() -> users.get(-1))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void aLoaderOnTheCallersThread() {
    LoadingCoalescingCache<Integer, String> threads =
        CoalescingCache.builder()
            .build(
                AsyncLoader.blocking(
                    (Integer id) -> Thread.currentThread().getName(), Runnable::run));

    assertThat(threads.get(42)).isEqualTo(Thread.currentThread().getName());
    threads.close();
  }

  @Test
  void guavaStoresWhatWasInvalidatedMeanwhile() throws Exception {
    com.google.common.cache.Cache<Integer, User> users = CacheBuilder.newBuilder().build();
    Caller<User> caller = Caller.start(() -> users.get(42, () -> slowUser(42)));
    assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();

    users.invalidate(42);
    release.countDown();

    assertThat(caller.value()).isEqualTo(new User(42, "old"));
    assertThat(users.getIfPresent(42)).isEqualTo(new User(42, "old"));
  }

  @Test
  void guavasWaitersCannotBeInterrupted() throws Exception {
    com.google.common.cache.Cache<Integer, User> users = CacheBuilder.newBuilder().build();
    Caller<User> loading = Caller.start(() -> users.get(42, () -> slowUser(42)));
    assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
    Caller<User> waiting = Caller.start(() -> users.get(42, () -> slowUser(42)));
    waiting.awaitWaiting();

    waiting.interrupt();
    release.countDown();

    assertThat(waiting.value()).isSameAs(loading.value());
    assertThat(waiting.wasInterruptedAfterwards()).isTrue();
  }

  @Test
  void slipstreamsLeave() throws Exception {
    CoalescingCache<Integer, User> users = CoalescingCache.builder().build();
    Caller<User> loading = Caller.start(() -> users.get(42, id -> slowUser(id)));
    assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
    Caller<User> waiting = Caller.start(() -> users.get(42, id -> slowUser(id)));
    waiting.awaitWaiting();

    waiting.interrupt();

    assertThat(waiting.failure()).hasCauseInstanceOf(InterruptedException.class);
    release.countDown();
    assertThat(loading.value()).isEqualTo(new User(42, "old"));
    users.close();
  }

  @Test
  void slipstreamDoesNotStoreIt() throws Exception {
    CoalescingCache<Integer, User> users = CoalescingCache.builder().build();
    Caller<User> caller = Caller.start(() -> users.get(42, id -> slowUser(id)));
    assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();

    users.invalidate(42);
    release.countDown();

    assertThat(caller.value()).isEqualTo(new User(42, "old"));
    assertThat(users.getIfPresent(42)).isNull();
    users.close();
  }
}
