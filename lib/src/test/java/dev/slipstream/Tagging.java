package dev.slipstream;

import dev.slipstream.testing.Eventually;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What the tests of tags share: a loader that tags, and a look at what is kept of tags. */
final class Tagging {
  private Tagging() {}

  /** Returns a loader that gives its value tags, and completes at once. */
  static AsyncLoader<String, String> tagging(@Nullable String value, String... tags) {
    return (key, context) -> {
      context.tag(tags);
      return CompletableFuture.completedFuture(value);
    };
  }

  static <K> TagIndex<K> index(CoalescingCache<K, ?> cache) {
    return ((SlipstreamCache<K, ?>) cache).core.tags;
  }

  /** Requires that a cache in which no load runs, and no tagged entry is, keeps nothing of tags. */
  static void requireNothingKept(CoalescingCache<String, String> cache) {
    Eventually.until("no tag is kept", () -> index(cache).linkedTags().isEmpty());
    Eventually.until("no invalidation is kept", () -> index(cache).noted().isEmpty());
  }
}
