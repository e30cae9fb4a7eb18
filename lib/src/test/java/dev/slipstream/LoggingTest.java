package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.github.benmanes.caffeine.cache.RemovalListener;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Logging: a failure that nobody receives is logged once, at WARN, with the cache's name, the key
 * and the failure; one that some caller receives is not.
 */
class LoggingTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  private final CoalescingCache<String, String> cache =
      caches.cache(builder -> builder.continuationExecutor(Runnable::run));
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final IllegalStateException failure = new IllegalStateException("down");

  @Test
  void aPrefetchThatFails() {
    cache.prefetch("key-17", loader.async());

    loader.run().fail(failure);

    isLoggedOnce(failure);
  }

  @Test
  void aPrefetchWhoseLoaderThrowsAtOnce() {
    cache.prefetch("key-17", loader.throwing(failure).async());

    isLoggedOnce(failure);
  }

  @Test
  void aPrefetchOnTheExecutorThatFails() {
    cache.prefetch("key-17", loader.blocking());
    loader.run().fail(failure);

    Eventually.until("it is logged", () -> !log.warnings().isEmpty());
    isLoggedOnce(failure);
  }

  @Test
  void aPrefetchThatTimesOut() {
    CoalescingCache<String, String> bounded =
        caches.cache(builder -> builder.fetchTimeout(Duration.ofMillis(20)));

    bounded.prefetch("key-17", loader.async());

    Eventually.until("it is logged", () -> !log.warnings().isEmpty());
    ILoggingEvent event = theOnlyWarning();
    assertThat(LogCapture.thrown(event)).isInstanceOf(FetchTimeoutException.class);
  }

  @Test
  void anAbandonedFetchThatFinishesAndFails() {
    CoalescingCache<String, String> finishing =
        caches.cache(builder -> builder.abandonPolicy(AbandonPolicy.FINISH));
    FetchHandle<String> handle = finishing.getOrFetch("key-17", loader.async());
    handle.cancel(true);

    loader.run().fail(failure);

    isLoggedOnce(failure);
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void whatSomeCallerReceivesIsNotLogged(EntryPoint entryPoint) {
    Entry<String> entry = entryPoint.enter(cache, "key-17", loader);

    loader.run().fail(failure);

    assertThat(entry.loaderFailure()).isSameAs(failure);
    nothingIsLogged();
  }

  @Test
  void whatAJoinerOfAPrefetchReceivesIsNotLogged() {
    cache.prefetch("key-17", loader.async());
    FetchHandle<String> joiner = cache.getOrFetch("key-17", key -> "never");

    loader.run().fail(failure);

    assertThat(Eventually.failure(joiner)).isSameAs(failure);
    nothingIsLogged();
  }

  @Test
  void anAbandonedFetchAndItsLateFailureAreNotLogged() {
    CompletableFuture<String> stubborn =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            return false;
          }
        };
    FetchHandle<String> handle = cache.getOrFetch("key-17", (key, context) -> stubborn);
    handle.cancel(true);

    stubborn.completeExceptionally(failure);

    nothingIsLogged();
  }

  @Test
  void successesAndAbsencesAreNotLogged() {
    cache.prefetch("key-17", loader.async());
    loader.run().complete("v");
    cache.prefetch("key-18", loader.async());
    loader.run(1).complete(null);

    nothingIsLogged();
  }

  @Test
  void aContinuationThatThrowsIsLoggedOnce() {
    FetchHandle<String> handle = cache.getOrFetch("key-17", loader.async());
    handle.onComplete(
        "continuation-4",
        outcome -> {
          throw failure;
        });

    loader.run().complete("v");

    assertThat(Eventually.value(handle)).isEqualTo("v");
    ILoggingEvent event = theOnlyWarning();
    assertThat(event.getFormattedMessage()).contains("continuation-4");
    assertThat(LogCapture.thrown(event)).isSameAs(failure);
  }

  @Test
  void aHookThatThrowsIsLogged() {
    FetchHandle<String> handle = cache.getOrFetch("key-17", loader.async());
    loader
        .run()
        .context
        .onAbandon(
            () -> {
              throw failure;
            });

    handle.cancel(true);

    assertThat(LogCapture.thrown(theOnlyWarning())).isSameAs(failure);
  }

  @Test
  void aRemovalListenerThatThrowsIsLogged() {
    RemovalListener<String, String> listener =
        (key, value, cause) -> {
          throw failure;
        };
    CoalescingCache<String, String> listened =
        caches.track(
            CoalescingCache.builder()
                .continuationExecutor(Runnable::run)
                .removalListener(listener)
                .build());
    listened.put("key-17", "v");

    listened.invalidate("key-17");

    assertThat(LogCapture.thrown(theOnlyWarning())).isSameAs(failure);
  }

  @Test
  void aCacheWithoutANameBearsOneInItsMessages() {
    CoalescingCache<String, String> nameless =
        caches.track(CoalescingCache.builder().<String, String>build());

    nameless.prefetch("key-17", loader.throwing(failure).async());

    assertThat(theOnlyWarning().getFormattedMessage()).containsPattern("cache-\\d+");
  }

  private void isLoggedOnce(Throwable failure) {
    ILoggingEvent event = theOnlyWarning();
    assertThat(event.getLevel()).isEqualTo(Level.WARN);
    assertThat(event.getFormattedMessage()).contains("test", "key-17");
    assertThat(event.getMessage()).as("a constant string").doesNotContain("key-17");
    assertThat(LogCapture.thrown(event)).isSameAs(failure);
  }

  private ILoggingEvent theOnlyWarning() {
    assertThat(log.warnings()).hasSize(1);
    return log.warnings().get(0);
  }

  private void nothingIsLogged() {
    assertThat(log.warnings()).isEmpty();
  }
}
