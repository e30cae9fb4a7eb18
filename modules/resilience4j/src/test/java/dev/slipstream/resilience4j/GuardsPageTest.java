package dev.slipstream.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.AsyncLoader;
import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchContext;
import dev.slipstream.LoadingCoalescingCache;
import dev.slipstream.testing.Eventually;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The code of {@code docs/resilience4j.md} and of the module's Javadoc, and bad arguments. */
class GuardsPageTest {
  record User(int id, String name) {}

  static class Client {
    CompletableFuture<User> findUser(int id) {
      return CompletableFuture.completedFuture(new User(id, "Ann"));
    }
  }

  private final Client client = new Client();
  private final CircuitBreaker breaker = CircuitBreaker.ofDefaults("users");
  private final Retry retry = Retry.ofDefaults("users");

  @Test
  void aGuardedLoaderLoads() {
    LoadingCoalescingCache<Integer, User> users =
        CoalescingCache.builder()
            .maximumSize(10_000)
            .build(Guards.circuitBreaker(breaker, (id, context) -> client.findUser(id)));

    assertThat(users.get(42)).isEqualTo(new User(42, "Ann"));
    users.close();
  }

  @Test
  void guardsStandRoundEachOther() {
    AsyncLoader<Integer, User> guarded =
        Guards.retry(retry, Guards.circuitBreaker(breaker, (id, context) -> client.findUser(id)));
    CoalescingCache<Integer, User> users = CoalescingCache.builder().build();

    assertThat(Eventually.value(users.getOrFetch(1, guarded))).isEqualTo(new User(1, "Ann"));
    users.close();
  }

  @Test
  void aLimitOfTheLoadersOwnCounts() {
    LoadingCoalescingCache<Integer, User> users =
        CoalescingCache.builder()
            .expireAfterWrite(Duration.ofMinutes(5))
            .staleIfError(Duration.ofHours(1)) // also while the breaker is open
            .build(
                Guards.circuitBreaker(
                    breaker, (id, context) -> client.findUser(id).orTimeout(2, TimeUnit.SECONDS)));

    assertThat(users.get(1)).isEqualTo(new User(1, "Ann"));
    users.close();
  }

  @Test
  void anInterceptorGuardsEveryLoader() {
    CoalescingCache<Integer, User> users =
        CoalescingCache.builder()
            .<Integer, User>loaderInterceptor(
                (id, context, next) -> Guards.circuitBreaker(breaker, next).load(id, context))
            .build();

    assertThat(users.get(1, id -> new User(id, "Bea"))).isEqualTo(new User(1, "Bea"));
    users.close();
  }

  @Test
  void nullsAreNamed() {
    AsyncLoader<Integer, User> loader = (Integer id, FetchContext context) -> client.findUser(id);

    assertThatNullPointerException()
        .isThrownBy(() -> Guards.circuitBreaker(null, loader))
        .withMessage("breaker");
    assertThatNullPointerException()
        .isThrownBy(() -> Guards.circuitBreaker(breaker, null))
        .withMessage("loader");
    assertThatNullPointerException()
        .isThrownBy(() -> Guards.bulkhead(null, loader))
        .withMessage("bulkhead");
    assertThatNullPointerException()
        .isThrownBy(() -> Guards.bulkhead(Bulkhead.ofDefaults("b"), null))
        .withMessage("loader");
    assertThatNullPointerException()
        .isThrownBy(() -> Guards.retry(null, loader))
        .withMessage("retry");
    assertThatNullPointerException()
        .isThrownBy(() -> Guards.retry(retry, null))
        .withMessage("loader");
  }
}
