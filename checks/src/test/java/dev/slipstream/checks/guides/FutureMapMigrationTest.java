package dev.slipstream.checks.guides;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CoalescingCache;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.Test;

/** The code and the claims of {@code docs/migration.md} on a map of futures. */
class FutureMapMigrationTest {
  private final List<CompletableFuture<User>> requests = new ArrayList<>();
  private final FutureMapMigrationTest client = this;

  private CompletableFuture<User> findUser(int id) {
    CompletableFuture<User> request = new CompletableFuture<>();
    requests.add(request);
    return request;
  }

  @Test
  void before() {
    ConcurrentMap<Integer, CompletableFuture<User>> loading = new ConcurrentHashMap<>();

    CompletableFuture<User> user = loading.computeIfAbsent(42, id -> client.findUser(id));
    CompletableFuture<User> cleanedUp =
        user.whenComplete((found, failure) -> loading.remove(42, user));

    assertThat(loading.get(42)).isSameAs(user);
    requests.get(0).complete(new User(42, "Ada"));
    assertThat(cleanedUp).isDone();
    assertThat(loading).isEmpty();
  }

  @Test
  void afterNothingIsKept() {
    CoalescingCache<Integer, User> loading =
        CoalescingCache.builder().fetchTimeout(Duration.ofSeconds(5)).build();

    CompletableFuture<User> user =
        loading.getOrFetch(
            42,
            (id, context) -> {
              context.doNotStore(); // leave it out to keep the value as well
              return client.findUser(id);
            });

    CompletableFuture<User> second = loading.getOrFetch(42, (id, context) -> client.findUser(id));
    second.cancel(true);
    assertThat(user).isNotDone();
    requests.get(0).complete(new User(42, "Ada"));
    assertThat(user.join()).isEqualTo(new User(42, "Ada"));
    assertThat(requests).hasSize(1);
    assertThat(loading.estimatedSize()).isZero();
    Eventually.until("nothing is in flight", () -> loading.inFlightCount() == 0);
    loading.close();
  }
}
