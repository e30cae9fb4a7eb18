package dev.slipstream.checks.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.slipstream.CoalescingCache;
import dev.slipstream.LoadingCoalescingCache;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The code and the claims of {@code docs/migration.md} on Caffeine's AsyncCache. */
class CaffeineMigrationTest {
  private static final User ADA = new User(42, "Ada");

  private final Client client = new Client();

  /** Requests that the test completes. */
  static final class Client {
    final List<CompletableFuture<User>> requests = new ArrayList<>();

    CompletableFuture<User> findUser(int id) {
      CompletableFuture<User> request = new CompletableFuture<>();
      requests.add(request);
      return request;
    }

    CompletableFuture<Map<Integer, User>> findUsers(Set<? extends Integer> ids) {
      return CompletableFuture.completedFuture(
          ids.stream().collect(Collectors.toMap(id -> id, id -> new User(id, "user " + id))));
    }
  }

  @Test
  void beforeOneCallersCancelFailsAllAndStopsNothing() {
    AsyncCache<Integer, User> users =
        Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofMinutes(5))
            .recordStats()
            .buildAsync();

    CompletableFuture<User> user = users.get(42, (id, executor) -> client.findUser(id));
    CompletableFuture<User> copied =
        users.get(42, (id, executor) -> client.findUser(id)).copy(); // private, and leaks
    CompletableFuture<Map<Integer, User>> found =
        users.getAll(List.of(1, 2), (ids, executor) -> client.findUsers(ids));
    users.put(43, client.findUser(43));
    users.synchronous().invalidate(42);

    assertThat(found.join()).hasSize(2);
    assertThat(client.requests).hasSize(2);
    user.cancel(true);
    assertThat(copied).isCompletedExceptionally(); // since what the cache has is what was cancelled
    assertThat(users.getIfPresent(42)).isNull();
  }

  @Test
  void afterACallerLeavesAndTheLastOneCancels() {
    CoalescingCache<Integer, User> users =
        CoalescingCache.builder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofMinutes(5))
            .fetchTimeout(Duration.ofSeconds(5)) // new: ends a load that would never end
            .recordStats()
            .build();

    CompletableFuture<User> user = users.getOrFetch(42, (id, executor) -> client.findUser(id));
    CompletableFuture<User> second =
        users.getOrFetch(42, (id, executor) -> client.findUser(id)); // private as it is
    CompletableFuture<Map<Integer, User>> found =
        users.getAllOrFetch(List.of(1, 2), (ids, executor) -> client.findUsers(ids));
    users.prefetch(43, (id, executor) -> client.findUser(id));

    assertThat(found.join()).hasSize(2);
    assertThat(client.requests).hasSize(2);
    user.cancel(true);
    assertThat(second).isNotDone();
    second.cancel(true);
    Eventually.until("the request is cancelled", () -> client.requests.get(0).isCancelled());
    client.requests.get(1).complete(new User(43, "Bea"));
    assertThat(users.getIfPresent(43)).isEqualTo(new User(43, "Bea"));
    users.close();
  }

  @Test
  void aFailureComesBareAndIsNotStored() {
    CoalescingCache<Integer, User> users = CoalescingCache.builder().build();
    List<Throwable> failures = new ArrayList<>();

    CompletableFuture<User> user = users.getOrFetch(42, (id, executor) -> client.findUser(id));
    CompletableFuture<Void> seen =
        user.handle((value, failure) -> failures.add(failure)).thenAccept(any -> {});
    IllegalStateException cause = new IllegalStateException("no such table");
    client.requests.get(0).completeExceptionally(cause);
    seen.join();

    assertThat(failures).containsExactly(cause);
    assertThatThrownBy(user::join).isInstanceOf(CompletionException.class).hasCause(cause);
    assertThat(users.estimatedSize()).isZero();
    users.close();
  }

  @Test
  void aLoadingCache() {
    AsyncLoadingCache<Integer, User> before =
        Caffeine.newBuilder().maximumSize(10_000).buildAsync(this::queryUser);
    User userBefore = before.synchronous().get(42);

    LoadingCoalescingCache<Integer, User> after =
        CoalescingCache.builder().maximumSize(10_000).build(this::queryUser);
    User userAfter = after.get(42);

    assertThat(userAfter).isEqualTo(userBefore);
    after.close();
  }

  private User queryUser(int id) {
    return new User(id, "Ada");
  }

  @Test
  void whatIsInFlightIsNoEntry() {
    CoalescingCache<Integer, User> users = CoalescingCache.builder().build();

    CompletableFuture<User> user = users.getOrFetch(42, (id, executor) -> client.findUser(id));

    assertThat(users.getIfPresent(42)).isNull();
    assertThat(users.asMap()).isEmpty();
    CompletableFuture<User> joined = users.joinIfInFlight(42);
    client.requests.get(0).complete(ADA);
    assertThat(joined.join()).isSameAs(user.join()).isSameAs(ADA);
    assertThat(users.joinIfInFlight(42)).isNull();
    assertThat(users.getIfPresent(42)).isSameAs(ADA);
    users.close();
  }
}
