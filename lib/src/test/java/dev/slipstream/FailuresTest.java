package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What callers get for what a loader threw. */
class FailuresTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  @Test
  void wrappersOfFuturesAreTakenOff() {
    Exception cause = new IllegalStateException("the cause");
    assertThat(Failures.unwrap(new CompletionException(new CompletionException(cause))))
        .isSameAs(cause);
  }

  /** The search for the innermost once went round and round. */
  @Test
  void aCycleOfCausesComesToAnEnd() {
    CompletionException first = new Wrapper();
    CompletionException second = new Wrapper();
    first.initCause(second);
    second.initCause(first);
    assertThat(Failures.unwrap(first)).isSameAs(first);

    CoalescingCache<String, String> cache = caches.cache();
    FetchHandle<String> handle =
        cache.getOrFetch("k", (key, context) -> CompletableFuture.failedFuture(first));
    CompletableFuture<Boolean> failed = handle.handle((value, failure) -> failure != null);
    assertThat(Eventually.value(failed)).isTrue();
  }

  private static final class Wrapper extends CompletionException {
    private static final long serialVersionUID = 1L;

    Wrapper() {
      super("wraps");
    }
  }
}
