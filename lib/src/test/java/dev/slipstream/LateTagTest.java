package dev.slipstream;

import static dev.slipstream.Tagging.index;
import static dev.slipstream.Tagging.requireNothingKept;
import static dev.slipstream.Tagging.tagging;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a load tags after the tag was invalidated serves the earlier callers alone. */
class LateTagTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ControlledLoader<String> loader = new ControlledLoader<>();

  private CoalescingCache<String, String> cache() {
    return caches.cache();
  }

  @ParameterizedTest
  @EnumSource
  void whatALoadTagsLateIsNeverStoredIfItBeganBeforeTheInvalidation(EntryPoint entryPoint) {
    CoalescingCache<String, String> cache = cache();
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    cache.invalidateTag("t");
    loader.run().context.tag("t");
    loader.run().complete("old");
    Eventually.until("ended", () -> cache.inFlight().isEmpty());
    assertThat(cache.getIfPresent("k")).isNull();
    requireNothingKept(cache);
  }

  @Test
  void aCallerThatCameBeforeTheInvalidationGetsTheValue() {
    CoalescingCache<String, String> cache = cache();
    FetchHandle<String> before = cache.getOrFetch("k", loader.async());
    cache.invalidateTag("t");
    loader.run().context.tag("t");
    loader.run().complete("old");
    assertThat(Eventually.value(before)).isEqualTo("old");
    assertThat(loader.starts()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void aCallerThatCameAfterTheInvalidationGetsANewerLoadsValue(EntryPoint entryPoint) {
    CoalescingCache<String, String> cache = cache();
    FetchHandle<String> before = cache.getOrFetch("k", loader.async());
    cache.invalidateTag("t");
    ControlledLoader<String> own = new ControlledLoader<>();
    Entry<String> after = entryPoint.enter(cache, "k", own);
    loader.run().context.tag("t");
    loader.run().complete("old");
    assertThat(Eventually.value(before)).isEqualTo("old");
    Eventually.until("its own loader runs", () -> own.starts() == 1);
    own.run().complete("new");
    assertThat(after.value()).isEqualTo("new");
    assertThat(cache.getIfPresent("k")).isEqualTo("new");
    requireNothingKept(cache);
  }

  @Test
  void severalSuchCallersShareTheNewerLoad() {
    CoalescingCache<String, String> cache = cache();
    FetchHandle<String> before = cache.getOrFetch("k", loader.async());
    cache.invalidateTag("t");
    ControlledLoader<String> own = new ControlledLoader<>();
    List<FetchHandle<String>> after = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 10; i++) {
      after.add(cache.getOrFetch("k", own.async()));
    }
    loader.run().context.tag("t");
    loader.run().complete("old");
    Eventually.until("their loader runs", () -> own.starts() == 1);
    own.run().complete("new");
    assertThat(after).allSatisfy(h -> assertThat(Eventually.value(h)).isEqualTo("new"));
    assertThat(own.starts()).isEqualTo(1);
    assertThat(before).isCompletedWithValue("old");
  }

  /** It waits for another load than the one that it began to wait for. */
  @Test
  void aLoaderThatBlocksOnSuchAFetchLeavesNothingInTheGraphOfWaits() {
    CoalescingCache<String, String> cache = cache();
    FetchHandle<String> before = cache.getOrFetch("k", loader.async());
    cache.invalidateTag("t");
    FetchHandle<String> outer =
        cache.getOrFetch("outer", key -> "from " + cache.get("k", inner -> "new"));
    Eventually.until("the loader waits", () -> EntryPoint.awaiters(cache, "k") == 2);
    loader.run().context.tag("t");
    loader.run().complete("old");
    assertThat(Eventually.value(outer)).isEqualTo("from new");
    assertThat(Eventually.value(before)).isEqualTo("old");
    Eventually.until("no wait is left", WaitGraph::isEmpty);
  }

  @Test
  void aLoadWithoutTheTagIsJoinedAsEver() {
    CoalescingCache<String, String> cache = cache();
    FetchHandle<String> before = cache.getOrFetch("k", loader.async());
    cache.invalidateTag("t");
    FetchHandle<String> after = cache.getOrFetch("k", loader.async());
    assertThat(after.origin()).isEqualTo(Origin.JOINED);
    loader.run().context.tag("another");
    loader.run().complete("v");
    assertThat(Eventually.value(before)).isEqualTo("v");
    assertThat(Eventually.value(after)).isEqualTo("v");
    assertThat(loader.starts()).isEqualTo(1);
    assertThat(cache.tags("k")).containsExactly("another");
  }

  @Test
  void joinIfInFlightJoinsNoLoadThatBeganBeforeTheLastInvalidation() {
    CoalescingCache<String, String> cache = cache();
    FetchHandle<String> before = cache.getOrFetch("k", loader.async());
    assertThat(cache.joinIfInFlight("k")).isNotNull();
    cache.invalidateTag("t");
    assertThat(cache.joinIfInFlight("k")).isNull();
    FetchHandle<String> later = cache.getOrFetch("later", loader.async());
    assertThat(cache.joinIfInFlight("later")).isNotNull();
    loader.run(0).complete("v");
    loader.run(1).complete("v");
    assertThat(Eventually.value(before)).isEqualTo(Eventually.value(later));
  }

  @Test
  void aCallerMayLeaveTheNewerLoadWhichIsThenCancelled() {
    CoalescingCache<String, String> cache = cache();
    FetchHandle<String> before = cache.getOrFetch("k", loader.async());
    cache.invalidateTag("t");
    ControlledLoader<String> own = new ControlledLoader<>();
    FetchHandle<String> after = cache.getOrFetch("k", own.async());
    loader.run().context.tag("t");
    loader.run().complete("old");
    Eventually.until("its own loader runs", () -> own.starts() == 1);
    after.cancel(true);
    Eventually.until("cancelled", () -> own.run().context.isAbandoned());
    assertThat(before).isCompletedWithValue("old");
  }

  @Test
  void aCallerThatHasLeftStartsNoNewerLoad() {
    CoalescingCache<String, String> cache = cache();
    FetchHandle<String> before = cache.getOrFetch("k", loader.async());
    cache.invalidateTag("t");
    ControlledLoader<String> own = new ControlledLoader<>();
    FetchHandle<String> after = cache.getOrFetch("k", own.async());
    after.cancel(true);
    loader.run().context.tag("t");
    loader.run().complete("old");
    assertThat(Eventually.value(before)).isEqualTo("old");
    assertThat(own.starts()).isZero();
  }

  @Test
  void aFailureOfAnOutdatedLoadReachesNoCallerThatCameLater() {
    CoalescingCache<String, String> cache = cache();
    FetchHandle<String> before = cache.getOrFetch("k", loader.async());
    cache.invalidateTag("t");
    FetchHandle<String> after = cache.getOrFetch("k", tagging("new", "t"));
    loader.run().context.tag("t");
    loader.run().fail(new IOException("old"));
    assertThat(Eventually.failure(before)).isInstanceOf(IOException.class);
    assertThat(Eventually.value(after)).isEqualTo("new");
  }

  @Test
  void anInvalidationIsKeptOnlyWhileAnOlderLoadIsInTheAir() {
    CoalescingCache<String, String> cache = cache();
    cache.invalidateTag("before any load");
    assertThat(index(cache).noted()).isEmpty();
    FetchHandle<String> older = cache.getOrFetch("older", loader.async());
    cache.invalidateTag("t");
    FetchHandle<String> newer = cache.getOrFetch("newer", loader.async());
    assertThat(index(cache).noted()).containsExactly("t");
    loader.run(0).complete("v");
    assertThat(Eventually.value(older)).isEqualTo("v");
    requireNothingKept(cache);
    loader.run(1).context.tag("t");
    loader.run(1).complete("v");
    assertThat(Eventually.value(newer)).isEqualTo("v");
    assertThat(cache.getIfPresent("newer")).isEqualTo("v");
  }

  @ParameterizedTest
  @EnumSource
  void suchACallerGetsAFailureOfTheLibrarysOwnInItsOwnForm(EntryPoint entryPoint) {
    CoalescingCache<String, String> cache = caches.cache();
    FetchHandle<String> before = cache.getOrFetch("k", loader.async());
    cache.invalidateTag("t");
    ControlledLoader<String> own = new ControlledLoader<>();
    Entry<String> after = entryPoint.enter(cache, "k", own);
    loader.run().context.tag("t");
    loader.run().complete("old");
    assertThat(own.run().keys).containsExactly("k");
    cache.close();
    assertThat(after.failure()).isInstanceOf(CacheClosedException.class);
    assertThat(before).isCompletedWithValue("old");
  }

  /** A key of a bulk is decided, and not yet published, while another's insert callback runs. */
  @Test
  void anAbsenceThatIsDecidedReachesNoCallerThatComesAfterTheInvalidation() {
    CountDownLatch inserting = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder.onInsert(
                    (key, fetched, present) -> {
                      if (key.equals("slow")) {
                        inserting.countDown();
                        Eventually.opens(goOn);
                      }
                      return fetched;
                    }));
    CompletableFuture<Map<String, String>> bulk =
        cache.getAllOrFetch(List.of("k", "slow"), loader.bulk());
    loader.run().context.tag("t");
    Caller<Boolean> completing =
        Caller.start(() -> loader.run().answers.complete(Map.of("slow", "v")));
    Eventually.opens(inserting);
    cache.invalidateTag("t");
    FetchHandle<String> after = cache.getOrFetch("k", tagging("new"));
    goOn.countDown();
    assertThat(Eventually.value(after)).isEqualTo("new");
    assertThat(Eventually.value(bulk)).containsOnlyKeys("slow");
    assertThat(cache.getIfPresent("slow")).isNull();
    assertThat(completing.value()).isTrue();
  }
}
