package dev.slipstream.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CoalescingCache;
import dev.slipstream.testing.Eventually;
import dev.slipstream.watch.CacheEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The code of {@code docs/reactive.md} and of the module's Javadoc. */
class ReactivePageTest {
  record User(int id, String name) {}

  static class Client {
    Mono<User> findUser(int id) {
      return Mono.just(new User(id, "Ann"));
    }

    Mono<Map<Integer, User>> findUsers(Set<Integer> ids) {
      return Mono.just(Map.of(1, new User(1, "Ann")));
    }
  }

  private final Client client = new Client();
  private final List<Object> shown = new CopyOnWriteArrayList<>();

  private void show(Object what) {
    shown.add(what);
  }

  @Test
  void theCodeOfThePageRuns() {
    CoalescingCache<Integer, User> cache =
        CoalescingCache.builder()
            .maximumSize(10_000)
            .fetchTimeout(Duration.ofSeconds(5))
            .eventJournal(1024)
            .build();
    ReactorCache<Integer, User> users = ReactorCache.of(cache);
    Disposable events =
        users.events(256).map(CacheEvent::type).distinctUntilChanged().subscribe(this::show);

    users
        .getOrFetch(42, id -> client.findUser(id)) // cached, or joins the running request
        .timeout(Duration.ofMillis(200)) // this subscriber leaves; others still get it
        .subscribe(this::show);

    Mono<Map<Integer, User>> found =
        users.getAllOrFetch(List.of(1, 2, 3), ids -> client.findUsers(ids));

    Mono<User> user = users.getOrFetch(42, id -> client.findUser(id));
    StepVerifier.create(user).expectNext(new User(42, "Ann")).verifyComplete();
    StepVerifier.create(found).expectNext(Map.of(1, new User(1, "Ann"))).verifyComplete();
    Eventually.until("it is shown", () -> shown.contains(new User(42, "Ann")));
    cache.close();
    Eventually.until("the events end", events::isDisposed);
  }

  @Test
  void theLoaderOfThePageSeesTheFirstContext() {
    CoalescingCache<Integer, String> cache = CoalescingCache.builder().build();
    ReactorCache<Integer, String> names = ReactorCache.of(cache);

    Mono<String> name =
        names
            .getOrFetch(
                42,
                id -> Mono.deferContextual(caller -> Mono.just(caller.get("tenant") + "/" + id)))
            .contextWrite(context -> context.put("tenant", "acme"));

    StepVerifier.create(name).expectNext("acme/42").verifyComplete();
    cache.close();
  }

  @Test
  void aSubscriberMayTakeEventsOneByOne() {
    CoalescingCache<Integer, String> cache = CoalescingCache.builder().eventJournal(16).build();
    CompletableFuture<CacheEvent<Integer, String>> first = new CompletableFuture<>();
    ReactorCache.of(cache)
        .events(16)
        .subscribe(
            new BaseSubscriber<>() {
              @Override
              protected void hookOnSubscribe(Subscription subscription) {
                request(1);
              }

              @Override
              protected void hookOnNext(CacheEvent<Integer, String> event) {
                first.complete(event);
                cancel();
              }
            });
    cache.put(1, "value");

    assertThat(Eventually.value(first).key()).isEqualTo(1);
    cache.close();
  }
}
