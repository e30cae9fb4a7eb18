package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys went whole and raw into messages and logs: a key forged lines, and a bulk was megabytes. */
class LongTextsRegressionTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  @Test
  void aKeyThatForgesALineIsEscapedInTheLog() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.prefetch(
        "k\n12:00 ERROR",
        key -> {
          throw new IllegalStateException("down");
        });

    Eventually.passes(
        () ->
            assertThat(log.warnings())
                .singleElement()
                .satisfies(
                    event ->
                        assertThat(event.getFormattedMessage())
                            .contains("key k\\n12:00 ERROR failed")));
  }

  @Test
  void aKeyOfAMillionCharactersIsCutInTheMessage() {
    CoalescingCache<String, String> cache = caches.cache();

    FetchHandle<String> handle = cache.getOrFetch("k".repeat(1_000_000), (key, context) -> null);

    assertThat(Eventually.failure(handle).getMessage()).hasSizeLessThan(1_000);
  }

  @Test
  void theFailureOfAHundredThousandKeysHasAShortMessage() {
    CoalescingCache<Integer, String> cache =
        caches.track(CoalescingCache.builder().recordStats().build());
    List<Integer> keys = IntStream.range(0, 100_000).boxed().toList();

    assertThat(
            Eventually.failure(
                    cache.getAllOrFetch(
                        keys, (set, context) -> CompletableFuture.completedFuture(null)))
                .getMessage())
        .contains("99,990 more")
        .hasSizeLessThan(1_000);
  }
}
