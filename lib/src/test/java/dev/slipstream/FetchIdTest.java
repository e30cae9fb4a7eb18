package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.EventLog;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The number of a fetch is the same wherever it is asked for, and unique in its cache. */
class FetchIdTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final CoalescingCache<String, String> recorded =
      caches.cache(builder -> builder.eventJournal(100));
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @Test
  void handlesContextAndListingOfAFetchHaveTheSame() {
    for (CoalescingCache<String, String> each : List.of(cache, recorded)) {
      FetchHandle<String> handle = each.getOrFetch("k", loader.async());
      FetchHandle<String> joined = each.getOrFetch("k", loader.async());
      long id = each.inFlight().get(0).fetchId();

      assertThat(id).isNotZero();
      assertThat(handle.fetchId()).isEqualTo(id);
      assertThat(joined.fetchId()).isEqualTo(id);
      assertThat(loader.run(loader.starts() - 1).context.fetchId()).isEqualTo(id);
      loader.run(loader.starts() - 1).complete("v");
      assertThat(handle.fetchId()).as("after its end").isEqualTo(id);
    }
  }

  @Test
  void noTwoFetchesHaveTheSame() {
    Set<Long> ids = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      FetchHandle<String> handle = cache.getOrFetch("k" + i % 3, loader.async());
      assertThat(ids.add(handle.fetchId())).isTrue();
      handle.cancel(true);
    }
  }

  @Test
  void aHitAndARefusedCallHaveNone() {
    cache.put("k", "v");
    assertThat(cache.getOrFetch("k", loader.async()).fetchId()).isZero();
    cache.close();
    assertThat(cache.getOrFetch("x", loader.async()).fetchId()).isZero();
  }

  @Test
  void aBlockingLoaderSeesItsOwn() {
    AtomicReference<FetchContext> seen = new AtomicReference<>();
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            key -> {
              seen.set(FetchContext.current());
              return "v";
            });

    assertThat(handle.join()).isEqualTo("v");
    assertThat(seen.get().fetchId()).isEqualTo(handle.fetchId());
    assertThat(seen.get().key()).isEqualTo("k");
    assertThat(seen.get().cacheName()).isEqualTo("test");
  }

  @Test
  void inABulkEachKeyHasItsOwnAndTheContextThatOfTheFirst() {
    CompletableFuture<Map<String, String>> all =
        cache.getAllOrFetch(List.of("a", "b"), loader.bulk());
    FetchHandle<String> a = cache.joinIfInFlight("a");
    FetchHandle<String> b = cache.joinIfInFlight("b");

    assertThat(a.fetchId()).isNotEqualTo(b.fetchId());
    assertThat(loader.run().context.fetchId()).isEqualTo(a.fetchId());
    assertThat(loader.run().context.key()).isEqualTo(Set.of("a", "b"));
    loader.run().complete("v");
    assertThat(all.join()).hasSize(2);
    assertThat(loader.run().context.fetchId()).as("afterwards").isEqualTo(a.fetchId());
  }

  @Test
  void theEventsOfAFetchHaveItAndOthersHaveNone() {
    FetchHandle<String> handle = recorded.getOrFetch("k", loader.async());
    recorded.getOrFetch("k", loader.async()).cancel(true);
    recorded.put("k", "own");
    loader.run().complete("v");
    recorded.invalidate("k");

    for (CacheEvent<String, String> event : EventLog.events(recorded)) {
      boolean ofNone = event.type() == EventType.PUT || event.type() == EventType.INVALIDATED;
      assertThat(event.fetchId()).as("%s", event).isEqualTo(ofNone ? 0 : handle.fetchId());
    }
    assertThat(EventLog.types(recorded))
        .contains(
            EventType.FETCH_STARTED,
            EventType.CALLER_JOINED,
            EventType.CALLER_LEFT,
            EventType.FENCED,
            EventType.FETCHED,
            EventType.PUT);
  }

  @Test
  void eventsDifferByIt() {
    CacheEvent<String, String> one = new CacheEvent<>(1, "k", EventType.FETCHED, 0, "v", null, 1);
    CacheEvent<String, String> two = new CacheEvent<>(1, "k", EventType.FETCHED, 0, "v", null, 2);

    assertThat(one).isNotEqualTo(two);
    assertThat(one).isEqualTo(new CacheEvent<>(1, "k", EventType.FETCHED, 0, "v", null, 1));
    assertThat(new CacheEvent<>(1, "k", EventType.PUT, 0, "v", null).fetchId()).isZero();
  }

  @Test
  void outsideALoaderThereIsNoContext() {
    assertThat(FetchContext.ifCurrent()).isEmpty();
    assertThat(cache.get("k", key -> "" + FetchContext.ifCurrent().isPresent())).isEqualTo("true");
    assertThat(FetchContext.ifCurrent()).isEmpty();
  }
}
