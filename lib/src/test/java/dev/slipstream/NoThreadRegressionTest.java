package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.FlightResult.End;
import dev.slipstream.internal.Timer;
import dev.slipstream.testing.Eventually;
import dev.slipstream.watch.ChangeSubscription;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where no thread can be started to keep the time, nothing waits for one. */
class NoThreadRegressionTest {
  private static final Timer NO_THREAD =
      (task, delay, unit) -> {
        throw new InternalError("no thread can be started");
      };

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final SlipstreamCache<Object, String> cache = cache();

  private SlipstreamCache<Object, String> cache() {
    CoalescingCache<Object, String> built =
        caches.track(
            CoalescingCache.builder()
                .recordStats()
                .timer(NO_THREAD)
                .executor(Runnable::run)
                .continuationExecutor(Runnable::run)
                .build());
    return (SlipstreamCache<Object, String>) built;
  }

  @Test
  void closeEndsAllFetchesThoughItCannotSweepLater() {
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> new CompletableFuture<>());
    cache.close();
    assertThat(Eventually.failure(handle)).isInstanceOf(CacheClosedException.class);
    assertThat(cache.core.registry.isEmpty()).isTrue();
  }

  /** The slot was freed and the timer stopped all the same: nothing led to what was left. */
  @Test
  void aDeliveryThatWasCutShortKeepsItsSlotForTheNextToCome() {
    Key key = new Key();
    FetchHandle<String> handle = cache.getOrFetch(key, (k, context) -> new CompletableFuture<>());
    ChangeSubscription changes = cache.changes().subscribe(key);
    CompletableFuture<?> watched = changes.nextChange().toCompletableFuture();
    Slot<Object, String> slot = cache.core.registry.find(key);

    key.isAtTheEndOfTheStack = true;
    try {
      boolean unused = Flight.in(slot).end(Failures.BROKEN_OFF, End.FAILURE);
    } catch (InternalError e) {
      assertThat(e).hasMessage("no thread can be started");
    }
    key.isAtTheEndOfTheStack = false;
    assertThat(handle).isCompletedExceptionally();
    assertThat(watched).isNotDone();
    assertThat(cache.core.registry.find(key)).isSameAs(slot);

    FetchHandle<String> next =
        cache.getOrFetch(key, (k, context) -> CompletableFuture.completedFuture("v"));
    assertThat(next).isCompletedWithValue("v");
    assertThat(watched).isDone();
    changes.close();
  }

  /** A key whose hash code may be asked for at the end of a stack. */
  private static final class Key {
    private boolean isAtTheEndOfTheStack;

    @Override
    public int hashCode() {
      if (isAtTheEndOfTheStack) {
        throw new StackOverflowError();
      }
      return 1;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }
  }
}
