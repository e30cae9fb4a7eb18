package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G11, failure is shared: everybody on the flight gets the same instance, and nothing is cached.
 */
class G11SharedFailureTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final IOException failure = new IOException("down");

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void callersByEveryEntryPointGetTheSameInstance(EntryPoint leading) {
    Entry<String> leader = leading.enter(cache, "k", loader);
    List<Entry<String>> joiners =
        Arrays.stream(EntryPoint.values())
            .map(entryPoint -> entryPoint.enter(cache, "k", new ControlledLoader<String>()))
            .toList();

    loader.run().fail(failure);

    assertThat(leader.loaderFailure()).isSameAs(failure);
    assertThat(joiners).allSatisfy(entry -> assertThat(entry.loaderFailure()).isSameAs(failure));
  }

  @Test
  void theCachesOwnFailuresAreSharedToo() {
    CoalescingCache<String, String> checked =
        caches.track(CoalescingCache.builder().identity((String value) -> "other").build());
    CompletableFuture<String> promise = new CompletableFuture<>();
    FetchHandle<String> one = checked.getOrFetch("k", (key, context) -> promise);
    FetchHandle<String> two = checked.getOrFetch("k", (key, context) -> promise);

    promise.complete("v");

    assertThat(Eventually.failure(one))
        .isInstanceOf(IdentityMismatchException.class)
        .isSameAs(Eventually.failure(two));
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void nothingIsCachedOfAFailure(EntryPoint entryPoint) {
    Entry<String> failed = entryPoint.enter(cache, "k", loader);
    loader.run().fail(failure);
    assertThat(failed.loaderFailure()).isSameAs(failure);

    assertThat(cache.getIfPresent("k")).isNull();
    assertThat(cache.joinIfInFlight("k")).isNull();
    assertThat(cache.estimatedSize()).isZero();
    ControlledLoader<String> next = new ControlledLoader<>();
    Entry<String> retry = entryPoint.enter(cache, "k", next);
    next.run().complete("v");
    assertThat(retry.value()).isEqualTo("v");
  }

  @Test
  void aCallerThatHasLeftDoesNotGetTheFailure() {
    FetchHandle<String> left = cache.getOrFetch("k", loader.async());
    FetchHandle<String> stayed = cache.getOrFetch("k", loader.async());
    left.complete("mine");

    loader.run().fail(failure);

    assertThat(left).isCompletedWithValue("mine");
    assertThat(Eventually.failure(stayed)).isSameAs(failure);
  }
}
