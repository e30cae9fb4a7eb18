package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.Race;
import dev.slipstream.view.CacheView;
import dev.slipstream.view.EntryView;
import dev.slipstream.watch.ChangeSubscription;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cache ticks a key at every change of its state, by whatever entryPoint, and keeps no watcher.
 */
class CacheHubTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  interface Change extends Consumer<CoalescingCache<String, String>> {}

  private static Arguments change(String name, boolean cached, Change change) {
    return arguments(name, cached, change);
  }

  private static CacheView<String, String> view(String key) {
    return new CacheView<>(List.of(new EntryView<>(key, "restored", Instant.now(), null)));
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        change("put", false, cache -> cache.put("k", "v")),
        change("put over", true, cache -> cache.put("k", "v")),
        change("putAll", false, cache -> cache.putAll(Map.of("k", "v"))),
        change("invalidate", true, cache -> cache.invalidate("k")),
        change("invalidateAll", true, CoalescingCache::invalidateAll),
        change("invalidateAll of keys", true, cache -> cache.invalidateAll(List.of("k"))),
        change("map put", false, cache -> cache.asMap().put("k", "v")),
        change("putIfAbsent", false, cache -> cache.asMap().putIfAbsent("k", "v")),
        change("map remove", true, cache -> cache.asMap().remove("k")),
        change("map remove value", true, cache -> cache.asMap().remove("k", "there")),
        change("replace", true, cache -> cache.asMap().replace("k", "v")),
        change("replace value", true, cache -> cache.asMap().replace("k", "there", "v")),
        change("replaceAll", true, cache -> cache.asMap().replaceAll((key, value) -> "v")),
        change("compute", false, cache -> cache.asMap().compute("k", (key, value) -> "v")),
        change("compute away", true, cache -> cache.asMap().compute("k", (key, value) -> null)),
        change("computeIfAbsent", false, cache -> cache.asMap().computeIfAbsent("k", key -> "v")),
        change(
            "computeIfPresent",
            true,
            cache -> cache.asMap().computeIfPresent("k", (key, value) -> "v")),
        change("map merge", true, cache -> cache.asMap().merge("k", "v", (a, b) -> a + b)),
        change("clear", true, cache -> cache.asMap().clear()),
        change("keySet remove", true, cache -> cache.asMap().keySet().remove("k")),
        change("values remove", true, cache -> cache.asMap().values().remove("there")),
        change("removeIf", true, cache -> cache.asMap().values().removeIf("there"::equals)),
        change("iterator remove", true, CacheHubTest::removeByIterator),
        change("setValue", true, cache -> cache.asMap().entrySet().iterator().next().setValue("v")),
        change("restore", false, cache -> cache.restore(view("k"))),
        change("restore without it", true, cache -> cache.restore(view("other"))),
        change("restore a partition", true, cache -> cache.restore("k"::equals, view("k"))),
        change("merge", false, cache -> cache.merge(view("k"))));
  }

  private static void removeByIterator(CoalescingCache<String, String> cache) {
    Iterator<String> keys = cache.asMap().keySet().iterator();
    assertThat(keys.next()).isEqualTo("k");
    keys.remove();
  }

  /** A change is made; the key has been ticked by the time that it returns or soon after. */
  private void ticks(String what, ChangeSubscription changes, Runnable change) {
    changes.markUnchanged();
    long version = changes.version();
    change.run();
    Eventually.until(what + " ticks the key", changes::hasChanged);
    assertThat(changes.version()).isGreaterThan(version);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void everyWriteTicks(String name, boolean cached, Change change) {
    if (cached) {
      cache.put("k", "there");
    }
    try (ChangeSubscription changes = cache.changes().subscribe("k");
        ChangeSubscription quiet = cache.changes().subscribe("quiet")) {
      ticks(name, changes, () -> change.accept(cache));
      if (!name.equals("invalidateAll") && !name.equals("clear")) {
        assertThat(quiet.hasChanged()).as("a key that did not change").isFalse();
      }
    }
    assertThat(cache.changes().trackedKeys()).isZero();
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void theStartAndTheEndOfAFetchTick(EntryPoint entryPoint) {
    try (ChangeSubscription changes = cache.changes().subscribe("k")) {
      ticks("start", changes, () -> entryPoint.enter(cache, "k", loader));
      ticks("value", changes, () -> loader.run().complete("v"));
      cache.invalidate("k");
      ticks("start", changes, () -> entryPoint.enter(cache, "k", loader));
      ticks("absence", changes, () -> loader.run(1).complete(null));
      ticks("start", changes, () -> entryPoint.enter(cache, "k", loader));
      ticks("failure", changes, () -> loader.run(2).fail(new IllegalStateException("boom")));
    }
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void aFenceAndTheEndOfTheLastCallerTick(EntryPoint entryPoint) {
    try (ChangeSubscription changes = cache.changes().subscribe("k")) {
      Entry<String> caller = entryPoint.enter(cache, "k", loader);
      ticks("fence", changes, () -> cache.invalidate("k"));
      loader.run().complete("late");
      assertThat(caller.value()).isEqualTo("late");

      Entry<String> leaver = entryPoint.enter(cache, "k", loader);
      loader.run(1);
      ticks("abandon", changes, leaver::leave);
      loader.run(1).awaitCancelled();

      Entry<String> aborted = entryPoint.enter(cache, "k", loader);
      loader.run(2);
      ticks(
          "abort",
          changes,
          () -> assertThat(cache.abort("k", new IllegalStateException("enough"))).isTrue());
      assertThat(aborted.failure()).isInstanceOf(FetchException.class);
    }
  }

  @Test
  void aPrefetchTicks() {
    try (ChangeSubscription changes = cache.changes().subscribe("k")) {
      ticks("start", changes, () -> cache.prefetch("k", loader.async()));
      ticks("end", changes, () -> loader.run().complete("v"));
    }
  }

  @Test
  void aTimeoutAndACloseTick() {
    CoalescingCache<String, String> timed =
        caches.cache(builder -> builder.fetchTimeout(Duration.ofMillis(1)));
    try (ChangeSubscription changes = timed.changes().subscribe("k")) {
      CompletableFuture<String> handle = timed.getOrFetch("k", loader.async());
      assertThat(Eventually.failure(handle)).isInstanceOf(FetchTimeoutException.class);
      Eventually.until("the start and the timeout have ticked", () -> changes.version() >= 2);
      ticks("close", changes, timed::close);
    }
  }

  @Test
  void whatCameBeforeTheSubscriptionIsToBeReadAndWhatComesAfterTicks() throws Exception {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 3_000); i++) {
        String key = "k" + i;
        boolean[] seen = new boolean[1];
        race.run(
            () -> {
              try (ChangeSubscription changes = cache.changes().subscribe(key)) {
                seen[0] = cache.getIfPresent(key) != null || awaits(changes, key);
              }
            },
            () -> cache.put(key, "v"));
        assertThat(seen[0]).as("round %d", i).isTrue();
      }
    }
    assertThat(cache.changes().trackedKeys()).isZero();
  }

  private boolean awaits(ChangeSubscription changes, String key) {
    try {
      return changes.awaitChange(Duration.ofSeconds(Eventually.SECONDS))
          && cache.getIfPresent(key) != null;
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while awaiting a change", e);
    }
  }

  @Test
  void aMillionCallersThatJoinAndLeaveLeaveNothing() {
    cache.put("k1", "v");
    for (int i = 0; i < 1_000_000; i++) {
      cache.changes().subscribe("k" + i % 1_000).close();
    }
    assertThat(cache.changes().trackedKeys()).isZero();

    ChangeSubscription one = cache.changes().subscribe("k1");
    ChangeSubscription two = cache.changes().subscribe("k1");
    one.close();
    one.close();
    assertThat(cache.changes().trackedKeys()).isEqualTo(1);
    cache.invalidate("k1");
    assertThat(two.hasChanged()).isTrue();
    two.close();
    assertThat(cache.changes().trackedKeys()).isZero();
  }
}
