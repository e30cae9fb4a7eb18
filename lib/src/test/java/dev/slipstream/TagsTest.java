package dev.slipstream;

import static dev.slipstream.Tagging.index;
import static dev.slipstream.Tagging.requireNothingKept;
import static dev.slipstream.Tagging.tagging;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.view.EntryView;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Values are found and removed by their tags, however they came by them, and nothing outlives its
 * tag.
 */
class TagsTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final FakeTicker ticker = new FakeTicker();

  private CoalescingCache<String, String> cache() {
    return cache(builder -> builder);
  }

  private CoalescingCache<String, String> cache(
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> settings) {
    return caches.cache(settings);
  }

  @Test
  void invalidateTagRemovesEveryEntryOfTheTagAndNoOther() {
    CoalescingCache<String, String> cache = cache();
    cache.put("a", "1", Set.of("red", "round"));
    cache.put("b", "2", Set.of("red"));
    cache.put("c", "3", Set.of("round"));
    cache.put("d", "4");
    cache.invalidateTag("red");
    assertThat(cache.asMap()).containsOnly(Map.entry("c", "3"), Map.entry("d", "4"));
    assertThat(cache.tags("c")).containsExactly("round");
    cache.invalidateTag("of nothing");
    assertThat(cache.asMap()).hasSize(2);
    cache.invalidateTag("round");
    requireNothingKept(cache);
  }

  @Test
  void tagsAreThoseOfTheLastWrite() {
    CoalescingCache<String, String> cache = cache();
    cache.put("k", "1", Set.of("a", "b"));
    assertThat(cache.tags("k")).containsExactlyInAnyOrder("a", "b");
    cache.put("k", "2", Set.of("c"));
    assertThat(cache.tags("k")).containsExactly("c");
    cache.put("k", "3");
    assertThat(cache.tags("k")).isEmpty();
    cache.put("k", "4", Set.of("c"));
    cache.asMap().put("k", "5");
    assertThat(cache.tags("k")).isEmpty();
    cache.put("k", "6", Set.of("c"));
    cache.asMap().compute("k", (key, value) -> value + "!");
    assertThat(cache.tags("k")).isEmpty();
    cache.put("k", "7", Set.of());
    cache.invalidateTag("c");
    assertThat(cache.getIfPresent("k")).isEqualTo("7");
    assertThat(cache.tags("absent")).isEmpty();
    requireNothingKept(cache);
  }

  @Test
  void restoredAndMergedEntriesHaveNoTags() {
    CoalescingCache<String, String> cache = cache();
    cache.put("k", "v", Set.of("t"));
    List<EntryView<String, String>> views = new ArrayList<>();
    cache.entries().forEachRemaining(views::add);
    cache.restore(key -> true, views.iterator());
    assertThat(cache.tags("k")).isEmpty();
    cache.put("k", "v", Set.of("t"));
    cache.merge(views.iterator());
    assertThat(cache.tags("k")).isEmpty();
    requireNothingKept(cache);
  }

  /** Each way out of the cache. */
  @ParameterizedTest
  @EnumSource
  void nothingIsKeptForATagWhoseEntriesAreGone(Removal removal) {
    CoalescingCache<String, String> cache =
        cache(
            builder ->
                builder.maximumSize(1).ticker(ticker).expireAfterWrite(Duration.ofMinutes(1)));
    cache.put("k", "v", Set.of("t"));
    assertThat(index(cache).linkedTags()).containsExactly("t");
    removal.remove(cache, ticker);
    if (removal == Removal.EXPIRY) {
      cache.cleanUp();
    }
    if (removal != Removal.CLOSE) {
      assertThat(cache.getIfPresent("k")).isNotEqualTo("v");
    }
    requireNothingKept(cache);
  }

  enum Removal {
    INVALIDATE((cache, ticker) -> cache.invalidate("k")),
    INVALIDATE_ALL((cache, ticker) -> cache.invalidateAll()),
    INVALIDATE_TAG((cache, ticker) -> cache.invalidateTag("t")),
    PUT((cache, ticker) -> cache.put("k", "new")),
    MAP_REMOVE((cache, ticker) -> cache.asMap().remove("k")),
    MAP_REMOVE_VALUE((cache, ticker) -> cache.asMap().remove("k", "v")),
    MAP_REPLACE((cache, ticker) -> cache.asMap().replace("k", "new")),
    MAP_REPLACE_VALUE((cache, ticker) -> cache.asMap().replace("k", "v", "new")),
    MAP_COMPUTE((cache, ticker) -> cache.asMap().compute("k", (key, value) -> null)),
    MAP_MERGE((cache, ticker) -> cache.asMap().merge("k", "w", String::concat)),
    MAP_CLEAR((cache, ticker) -> cache.asMap().clear()),
    ITERATOR(
        (cache, ticker) -> {
          var entries = cache.asMap().entrySet().iterator();
          entries.next();
          entries.remove();
        }),
    EXPIRY((cache, ticker) -> ticker.advance(Duration.ofMinutes(2))),
    EVICTION(
        (cache, ticker) -> {
          for (int i = 0; i < 100; i++) {
            cache.put("other" + i, "x");
          }
          cache.asMap().remove("k"); // where the policy has kept it
        }),
    RESTORE((cache, ticker) -> cache.restore(key -> true, Collections.emptyIterator())),
    REFRESH(
        (cache, ticker) ->
            Eventually.value(
                cache.refresh("k", (key, context) -> CompletableFuture.completedFuture("new")))),
    REFRESH_TO_NOTHING(
        (cache, ticker) ->
            Eventually.value(
                cache.refresh("k", (key, context) -> CompletableFuture.completedFuture(null)))),
    CLOSE((cache, ticker) -> cache.close());

    private final BiConsumer<CoalescingCache<String, String>, FakeTicker> step;

    Removal(BiConsumer<CoalescingCache<String, String>, FakeTicker> step) {
      this.step = step;
    }

    void remove(CoalescingCache<String, String> cache, FakeTicker ticker) {
      step.accept(cache, ticker);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLoadsTagsAreItsValuesThroughEachEntryPoint(EntryPoint entryPoint) {
    CoalescingCache<String, String> cache = cache();
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    loader.run().context.tag("a");
    loader.run().context.tag("b", "c");
    loader.run().complete("v");
    Eventually.until("stored", () -> "v".equals(cache.getIfPresent("k")));
    assertThat(cache.tags("k")).containsExactlyInAnyOrder("a", "b", "c");
    cache.invalidateTag("b");
    assertThat(cache.getIfPresent("k")).isNull();
    requireNothingKept(cache);
  }

  @Test
  void theTagsOfABulkLoadConcernAllItsKeysAlsoThoseThatNobodyAskedFor() {
    CoalescingCache<String, String> cache = cache();
    CompletableFuture<Map<String, String>> values =
        cache.getAllOrFetch(
            List.of("a", "b"),
            (keys, context) -> {
              context.tag("t");
              return CompletableFuture.completedFuture(Map.of("a", "1", "b", "2", "extra", "3"));
            });
    assertThat(Eventually.value(values)).hasSize(2);
    assertThat(cache.tags("a")).containsExactly("t");
    assertThat(cache.tags("extra")).containsExactly("t");
    cache.invalidateTag("t");
    assertThat(cache.asMap()).isEmpty();
    requireNothingKept(cache);
  }

  @Test
  void anEntryThatGoesWithItsTagFencesItsKeysFlight() {
    CoalescingCache<String, String> cache = cache();
    cache.put("k", "old", Set.of("t"));
    FetchHandle<String> refresh = cache.refresh("k", loader.async());
    cache.invalidateTag("t");
    loader.run().complete("read before");
    assertThat(Eventually.value(refresh)).isEqualTo("read before");
    assertThat(cache.getIfPresent("k")).isNull();
  }

  @Test
  void aRefreshThatLeavesTheValueKeepsItsTagsAndAddsTheLoads() {
    CoalescingCache<String, String> cache = cache();
    cache.put("k", "v", Set.of("put"));
    String same = cache.getIfPresent("k");
    assertThat(Eventually.value(cache.refresh("k", tagging(same, "load")))).isEqualTo("v");
    assertThat(cache.tags("k")).containsExactlyInAnyOrder("put", "load");
    assertThat(Eventually.value(cache.refresh("k", tagging("other", "load")))).isEqualTo("other");
    assertThat(cache.tags("k")).containsExactly("load");
    cache.invalidateTag("load");
    requireNothingKept(cache);
  }

  @Test
  void aRememberedAbsenceGoesWithTheTagOfItsLoad() {
    CoalescingCache<String, String> cache =
        cache(builder -> builder.absentTtl(Duration.ofHours(1)));
    assertThat(Eventually.value(cache.getOrFetch("k", tagging(null, "t")))).isNull();
    assertThat(Eventually.value(cache.getOrFetch("k", tagging("unasked")))).isNull();
    cache.invalidateTag("t");
    assertThat(Eventually.value(cache.getOrFetch("k", tagging("there")))).isEqualTo("there");
    requireNothingKept(cache);
  }

  @Test
  void aRememberedFailureGoesWithTheTagOfItsLoad() {
    CoalescingCache<String, String> cache =
        cache(builder -> builder.failureTtl(Duration.ofHours(1)));
    FetchHandle<String> failing = cache.getOrFetch("k", loader.async());
    loader.run().context.tag("t");
    loader.run().fail(new IOException("down"));
    assertThat(Eventually.failure(failing)).isInstanceOf(IOException.class);
    assertThat(Eventually.failure(cache.getOrFetch("k", tagging("v"))))
        .isInstanceOf(IOException.class);
    cache.invalidateTag("t");
    assertThat(Eventually.value(cache.getOrFetch("k", tagging("v")))).isEqualTo("v");
    requireNothingKept(cache);
  }

  @Test
  void aRetainedValueGoesWithItsTag() {
    CoalescingCache<String, String> cache =
        cache(
            builder ->
                builder
                    .ticker(ticker)
                    .expireAfterWrite(Duration.ofMinutes(1))
                    .staleIfError(Duration.ofHours(1)));
    cache.put("k", "kept", Set.of("t"));
    cache.put("other", "kept", Set.of("u"));
    ticker.advance(Duration.ofMinutes(2));
    cache.cleanUp();
    cache.invalidateTag("t");
    for (String key : List.of("k", "other")) {
      FetchHandle<String> handle = cache.getOrFetch(key, loader.async());
      loader.run(loader.starts() - 1).fail(new IOException("down"));
      if (key.equals("k")) {
        assertThat(Eventually.failure(handle)).isInstanceOf(IOException.class);
      } else {
        assertThat(Eventually.value(handle)).isEqualTo("kept");
      }
    }
    cache.invalidateTag("u");
    requireNothingKept(cache);
  }

  @Test
  void badTagsAreNamedAndChangeNothing() {
    CoalescingCache<String, String> cache = cache();
    cache.put("k", "v");
    assertThatNullPointerException()
        .isThrownBy(() -> cache.put("k", "w", Collections.singleton(null)))
        .withMessage("tags: one of them is null");
    assertThatNullPointerException()
        .isThrownBy(() -> cache.put("k", "w", null))
        .withMessage("tags");
    assertThatNullPointerException().isThrownBy(() -> cache.invalidateTag(null)).withMessage("tag");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
    FetchHandle<String> handle = cache.getOrFetch("l", loader.async());
    assertThatNullPointerException()
        .isThrownBy(() -> loader.run().context.tag("a", null))
        .withMessage("tags: one of them is null");
    loader.run().complete("v");
    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(cache.tags("l")).isEmpty();
  }

  @Test
  void aClosedCacheRefuses() {
    CoalescingCache<String, String> cache = cache();
    cache.close();
    assertThatThrownBy(() -> cache.invalidateTag("t")).isInstanceOf(CacheClosedException.class);
    assertThatThrownBy(() -> cache.put("k", "v", Set.of("t")))
        .isInstanceOf(CacheClosedException.class);
    assertThat(cache.tags("k")).isEmpty();
  }

  @Test
  void aKeyWhoseMethodsFailKeepsNoOtherFromBeingRemoved() {
    AtomicBoolean fails = new AtomicBoolean();
    Object bad =
        new Object() {
          @Override
          public int hashCode() {
            if (fails.get()) {
              throw new IllegalStateException("as a test needs it");
            }
            return 1;
          }

          @Override
          public boolean equals(Object other) {
            return this == other;
          }
        };
    CoalescingCache<Object, String> cache =
        caches.track(CoalescingCache.builder().<Object, String>build());
    cache.put("a", "1", Set.of("t"));
    cache.put(bad, "2", Set.of("t"));
    cache.put("b", "3", Set.of("t"));
    fails.set(true);
    cache.invalidateTag("t");
    fails.set(false);
    assertThat(cache.asMap()).containsOnlyKeys(bad);
    cache.invalidateTag("t");
    assertThat(index(cache).linkedTags()).isEmpty();
  }
}
