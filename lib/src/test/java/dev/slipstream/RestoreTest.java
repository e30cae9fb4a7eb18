package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Expiry;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.Race;
import dev.slipstream.view.CacheView;
import dev.slipstream.view.EntryView;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A restore replaces, a merge adds; both fence, and times to live go on. */
class RestoreTest {
  private static final Duration TTL = Duration.ofSeconds(10);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final FakeTicker ticker = new FakeTicker();

  private static EntryView<String, String> entry(String key, String value) {
    return entry(key, value, null);
  }

  private static EntryView<String, String> entry(
      String key, String value, @Nullable Duration expiresIn) {
    return new EntryView<>(key, value, Instant.now(), expiresIn);
  }

  @SafeVarargs
  private static CacheView<String, String> view(EntryView<String, String>... entries) {
    return new CacheView<>(List.of(entries));
  }

  private CoalescingCache<String, String> expiring() {
    return caches.cache(builder -> builder.expireAfterWrite(TTL).ticker(ticker));
  }

  @Test
  void replacesAll() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.putAll(Map.of("stays", "old", "goes", "old"));

    cache.restore(view(entry("stays", "new"), entry("comes", "new")));

    assertThat(cache.asMap()).isEqualTo(Map.of("stays", "new", "comes", "new"));
  }

  @Test
  void replacesTheKeysOfAPartitionOnly() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.putAll(Map.of("eu/goes", "old", "eu/stays", "old", "us", "old"));
    CompletableFuture<String> promise = new CompletableFuture<>();
    FetchHandle<String> elsewhere = cache.getOrFetch("us/2", (key, context) -> promise);

    cache.restore(key -> key.startsWith("eu/"), view(entry("eu/stays", "new")));

    assertThat(cache.asMap()).isEqualTo(Map.of("eu/stays", "new", "us", "old"));
    promise.complete("fetched");
    assertThat(Eventually.value(elsewhere)).isEqualTo("fetched");
    assertThat(cache.getIfPresent("us/2")).as("was not fenced").isEqualTo("fetched");
  }

  @Test
  void refusesAViewWithAKeyOutsideOfThePartitionAndChangesNothing() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.put("eu/1", "old");

    assertThatThrownBy(
            () ->
                cache.restore(
                    key -> key.startsWith("eu/"), view(entry("eu/1", "new"), entry("us/1", "new"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("us/1");
    assertThat(cache.asMap()).isEqualTo(Map.of("eu/1", "old"));
  }

  @Test
  void mergeAddsAndOverwritesAndRemovesNothing() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.putAll(Map.of("both", "old", "stays", "old"));

    cache.merge(view(entry("both", "new"), entry("comes", "new")));

    assertThat(cache.asMap()).isEqualTo(Map.of("both", "new", "stays", "old", "comes", "new"));
  }

  @Test
  void timesToLiveGoOn() {
    CoalescingCache<String, String> original = expiring();
    original.put("k", "v");
    ticker.advance(Duration.ofSeconds(4));
    CoalescingCache<String, String> restored = expiring();

    restored.restore(original.snapshot());

    assertThat(restored.snapshot().entries().get(0).expiresIn()).isEqualTo(Duration.ofSeconds(6));
    ticker.advance(Duration.ofMillis(5_999));
    assertThat(restored.getIfPresent("k")).isEqualTo("v");
    ticker.advance(Duration.ofMillis(1));
    assertThat(restored.getIfPresent("k")).isNull();
  }

  @Test
  void aReadDoesNotProlongWhatExpiresAfterItsWriteAsWell() {
    CoalescingCache<String, String> restored =
        caches.cache(
            builder ->
                builder
                    .expireAfterWrite(TTL)
                    .expireAfterAccess(Duration.ofSeconds(8))
                    .ticker(ticker));
    Instant writtenAt = Instant.now().minusSeconds(6);
    restored.restore(view(new EntryView<>("k", "v", writtenAt, Duration.ofSeconds(4))));

    assertThat(restored.getIfPresent("k")).isEqualTo("v");
    ticker.advance(Duration.ofSeconds(3));
    assertThat(restored.getIfPresent("k")).isEqualTo("v");
    ticker.advance(Duration.ofSeconds(1));
    assertThat(restored.getIfPresent("k")).isNull();
  }

  @Test
  void aViewThatPromisesMoreThanTheCachesOwnTimeToLiveGetsThat() {
    Duration forged = Duration.ofSeconds(Long.MAX_VALUE);
    CoalescingCache<String, String> write = expiring();
    CoalescingCache<String, String> access =
        caches.cache(builder -> builder.expireAfterAccess(TTL).ticker(ticker));
    CoalescingCache<String, String> byValue =
        caches.cache(
            builder ->
                builder
                    .expireAfter(
                        Expiry.creating((Object key, Object value) -> Duration.ofSeconds(10)))
                    .ticker(ticker));
    for (CoalescingCache<String, String> cache : List.of(write, access, byValue)) {
      cache.restore(view(entry("k", "v", forged)));
      cache.merge(
          view(entry("l", "v", Duration.ofHours(1)), entry("m", "v", Duration.ofSeconds(3))));

      assertThat(cache.snapshot().entries())
          .extracting(EntryView::expiresIn)
          .containsExactlyInAnyOrder(TTL, TTL, Duration.ofSeconds(3));
      ticker.advance(TTL);
      assertThat(cache.snapshot().entries()).isEmpty();
    }
  }

  @Test
  void aWriteTimeInTheFutureCountsAsNow() {
    CoalescingCache<String, String> cache = expiring();
    cache.restore(
        view(new EntryView<>("k", "v", Instant.now().plusSeconds(60), Duration.ofSeconds(3))));

    assertThat(cache.snapshot().entries().get(0).writtenAt())
        .isBeforeOrEqualTo(Instant.now().plusMillis(1));
    assertThat(cache.snapshot().entries().get(0).expiresIn()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void whatNeverExpiredGetsTheTimeOfItsNewCache() {
    CoalescingCache<String, String> cache = expiring();
    cache.restore(view(entry("k", "v")));

    assertThat(cache.snapshot().entries().get(0).expiresIn()).isEqualTo(TTL);
  }

  @Test
  void aCacheThatDoesNotExpireKeepsWhatItIsGiven() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.restore(view(entry("k", "v", Duration.ofNanos(1))));

    assertThat(cache.getIfPresent("k")).isEqualTo("v");
    assertThat(cache.snapshot().entries().get(0).expiresIn()).isNull();
  }

  @Test
  void leavesOutWhatHasExpired() {
    CoalescingCache<String, String> cache = expiring();
    cache.put("zero", "old");

    cache.restore(
        view(
            entry("zero", "new", Duration.ZERO),
            entry("negative", "new", Duration.ofSeconds(-1)),
            entry("alive", "new", Duration.ofSeconds(1))));
    assertThat(cache.asMap()).isEqualTo(Map.of("alive", "new"));

    cache.merge(view(entry("alive", "late", Duration.ZERO)));
    assertThat(cache.asMap()).isEqualTo(Map.of("alive", "new"));
  }

  @Test
  void theBoundHolds() {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.maximumSize(10));
    List<EntryView<String, String>> entries =
        IntStream.range(0, 1_000).mapToObj(i -> entry("k" + i, "v")).toList();

    cache.restore(new CacheView<>(entries));
    cache.cleanUp();
    assertThat(cache.estimatedSize()).isLessThanOrEqualTo(10);
  }

  @Test
  void noKeyThatIsInBothIsEverAbsent() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.put("k", "v0");
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 1_000); i++) {
        String value = "v" + i;
        race.run(
            () -> cache.restore(view(entry("other", "o"), entry("k", value))),
            () -> assertThat(cache.getIfPresent("k")).isNotNull());
      }
    }
  }

  @Test
  void anIteratorThatThrowsRemovesNothing() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.putAll(Map.of("a", "old", "b", "old"));
    Iterator<EntryView<String, String>> broken =
        new Iterator<>() {
          private boolean gave;

          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public EntryView<String, String> next() {
            if (gave) {
              throw new IllegalStateException("the disk is gone");
            }
            gave = true;
            return entry("a", "new");
          }
        };

    assertThatThrownBy(() -> cache.restore(key -> true, broken)).hasMessage("the disk is gone");
    assertThat(cache.asMap()).isEqualTo(Map.of("a", "new", "b", "old"));
  }

  @Test
  void aRestoreOfTheSameViewLeavesItAsItIs() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.putAll(Map.of("a", "1", "b", "2"));
    cache.restore(cache.snapshot());
    cache.restore(cache.snapshot());

    assertThat(cache.asMap()).isEqualTo(Map.of("a", "1", "b", "2"));
  }
}
