package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G4, late stages: a fetch that was ended while its loader was still about to return its stage, or
 * to register its hook, cancels the stage and runs the hook as soon as they come.
 */
class G04LateStageTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CountDownLatch inside = new CountDownLatch(1);
  private final CountDownLatch mayReturn = new CountDownLatch(1);
  private final CompletableFuture<String> stage = new CompletableFuture<>();
  private final CompletableFuture<Map<String, String>> stageOfBulk = new CompletableFuture<>();
  private final AtomicInteger hooks = new AtomicInteger();

  /** What ends the fetch meanwhile. */
  enum End {
    ABORT {
      @Override
      void of(CoalescingCache<String, String> cache) {
        assertThat(cache.abort("k", new IllegalStateException("by hand"))).isTrue();
      }
    },
    CLOSE {
      @Override
      void of(CoalescingCache<String, String> cache) {
        cache.close();
      }
    },
    TIMEOUT {
      @Override
      void of(CoalescingCache<String, String> cache) {
        Eventually.until("time is over", () -> cache.inFlight().isEmpty());
      }
    };

    abstract void of(CoalescingCache<String, String> cache);
  }

  private CoalescingCache<String, String> cache(End end) {
    Duration timeout = end == End.TIMEOUT ? Duration.ofMillis(200) : Duration.ofHours(1);
    return caches.cache(builder -> builder.fetchTimeout(timeout));
  }

  private void pause(FetchContext context) {
    inside.countDown();
    Eventually.opens(mayReturn);
    context.onAbandon(hooks::incrementAndGet);
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void ofAnAsyncLoader(End end) {
    CoalescingCache<String, String> cache = cache(end);
    Caller<FetchHandle<String>> caller =
        Caller.start(
            () ->
                cache.getOrFetch(
                    "k",
                    (key, context) -> {
                      pause(context);
                      return stage;
                    }));
    Eventually.opens(inside);

    end.of(cache);
    mayReturn.countDown();

    assertThat(Eventually.failure(caller.value())).isInstanceOf(FetchException.class);
    Eventually.until("the stage is cancelled", stage::isCancelled);
    Eventually.passes(() -> assertThat(hooks).hasValue(1));
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void ofABulkLoader(End end) {
    CoalescingCache<String, String> cache = cache(end);
    Caller<CompletableFuture<Map<String, String>>> caller =
        Caller.start(
            () ->
                cache.getAllOrFetch(
                    List.of("k"),
                    (keys, context) -> {
                      pause(context);
                      return stageOfBulk;
                    }));
    Eventually.opens(inside);

    end.of(cache);
    mayReturn.countDown();

    assertThat(Eventually.failure(caller.value())).isInstanceOf(FetchException.class);
    Eventually.until("the stage is cancelled", stageOfBulk::isCancelled);
    Eventually.passes(() -> assertThat(hooks).hasValue(1));
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void ofAPrefetch(End end) {
    CoalescingCache<String, String> cache = cache(end);
    Caller<Boolean> caller =
        Caller.start(
            () -> {
              cache.prefetch(
                  "k",
                  (key, context) -> {
                    pause(context);
                    return stage;
                  });
              return true;
            });
    Eventually.opens(inside);

    end.of(cache);
    mayReturn.countDown();

    assertThat(caller.value()).isTrue();
    Eventually.until("the stage is cancelled", stage::isCancelled);
    Eventually.passes(() -> assertThat(hooks).hasValue(1));
  }
}
