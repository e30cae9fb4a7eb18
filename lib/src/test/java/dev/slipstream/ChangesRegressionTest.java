package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.canal.EventSubscription;
import dev.slipstream.view.ListenerHandle;
import dev.slipstream.watch.CacheEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What once went wrong with events, ticks and listeners. */
class ChangesRegressionTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  private static final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no text");
    }
  }

  @Test
  void aListenerWhoseFailureHasNoTextHarmsNobody() {
    CoalescingCache<String, String> cache = caches.cache();
    List<String> told = new CopyOnWriteArrayList<>();
    ListenerHandle bad =
        cache.onStateChanged(
            (key, before, after) -> {
              throw new Unspeakable();
            });
    ListenerHandle good = cache.onStateChanged((key, before, after) -> told.add(key));

    cache.put("a", "1");
    cache.put("b", "1");

    assertThat(told).containsExactly("a", "b");
    bad.close();
    good.close();
  }

  @Test
  void aSinkWhoseFailureHasNoTextIsToldOfTheNextEvent() {
    List<String> told = new CopyOnWriteArrayList<>();
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder.eventSink(
                    (CacheEvent<Object, Object> event) -> {
                      told.add(event.key().toString());
                      throw new Unspeakable();
                    }));

    cache.put("a", "1");
    Eventually.until("the sink was told", () -> told.size() == 1);
    cache.put("b", "1");

    Eventually.passes(() -> assertThat(told).containsExactly("a", "b"));
  }

  @Test
  void anActionOnTheJournalWhoseFailureHasNoTextHarmsNoFetch() {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.eventJournal(16));
    CompletableFuture<String> promise = new CompletableFuture<>();
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> promise);
    try (EventSubscription<String, String> events = cache.events().subscribe(16)) {
      assertThat(
              events.onAvailable(
                  () -> {
                    throw new Unspeakable();
                  }))
          .isTrue();

      promise.complete("v");

      assertThat(Eventually.value(handle)).isEqualTo("v");
    }
  }
}
