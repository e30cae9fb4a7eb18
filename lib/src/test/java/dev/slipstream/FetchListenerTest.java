package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Listeners are notified of the life of each fetch: its start first, its end last, once. */
class FetchListenerTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  @RegisterExtension final LogCapture logged = new LogCapture();

  private final Log log = new Log("");
  private final CoalescingCache<String, String> cache =
      caches.cache(builder -> builder.fetchListener(log));
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  /** Writes down what it is notified of. */
  private static final class Log implements FetchListener<Object> {
    private final String name;
    final List<String> lines = new CopyOnWriteArrayList<>();
    final List<Long> ids = new CopyOnWriteArrayList<>();
    final List<FetchEnd> ends = new CopyOnWriteArrayList<>();
    final List<Thread> threads = new CopyOnWriteArrayList<>();
    Consumer<String> then = line -> {};

    Log(String name) {
      this.name = name;
    }

    private void add(long fetchId, String line) {
      ids.add(fetchId);
      threads.add(Thread.currentThread());
      lines.add(name + line);
      then.accept(line);
    }

    @Override
    public void onStart(long fetchId, Object key) {
      add(fetchId, "start " + key);
    }

    @Override
    public void onJoin(long fetchId, Object key) {
      add(fetchId, "join " + key);
    }

    @Override
    public void onLeave(long fetchId, Object key) {
      add(fetchId, "leave " + key);
    }

    @Override
    public void onEnd(long fetchId, Object key, FetchEnd end) {
      ends.add(end);
      add(fetchId, "end " + key + " " + end.outcome());
    }
  }

  @Test
  void theLifeOfAFetch() {
    FetchHandle<String> one = cache.getOrFetch("k", loader.async());
    assertThat(log.lines).containsExactly("start k");
    FetchHandle<String> two = cache.getOrFetch("k", loader.async());
    two.cancel(true);
    two.cancel(true);
    loader.run().complete("v");

    assertThat(log.lines).containsExactly("start k", "join k", "leave k", "end k SUCCESS");
    assertThat(log.ids).containsOnly(one.fetchId());
    assertThat(log.threads).containsOnly(Thread.currentThread());
    FetchEnd end = log.ends.get(0);
    assertThat(end.callers()).isEqualTo(2);
    assertThat(end.fenced()).isFalse();
    assertThat(end.failure()).isNull();
    assertThat(end.duration()).isPositive();
    assertThat(end.toString()).contains("SUCCESS", "callers=2");
  }

  @Test
  void aHitIsNoFetch() {
    cache.put("k", "v");
    assertThat(cache.get("k", key -> "never")).isEqualTo("v");
    assertThat(log.lines).isEmpty();
  }

  @Test
  void theLastLeaveEndsIt() {
    cache.getOrFetch("k", loader.async()).cancel(true);

    assertThat(log.lines).containsExactly("start k", "leave k", "end k ABANDONED");
    assertThat(log.ends.get(0).failure()).isNull();
    assertThat(log.ends.get(0).callers()).isEqualTo(1);
  }

  @Test
  void anAbsentValue() {
    assertThat(cache.get("k", key -> null)).isNull();
    assertThat(log.lines).containsExactly("start k", "end k ABSENT");
  }

  @Test
  void aFailureIsThatOfTheHandles() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    IOException failure = new IOException("secret");
    loader.run().fail(failure);

    assertThat(handle).isCompletedExceptionally();
    assertThat(log.lines).containsExactly("start k", "end k FAILURE");
    assertThat(log.ends.get(0).failure()).isSameAs(failure);
    assertThat(log.ends.get(0).toString()).contains("IOException").doesNotContain("secret");
  }

  @Test
  void aTimeoutAnAbortARefusalAndAClose() {
    Log other = new Log("");
    CoalescingCache<String, String> hasty =
        caches.cache(builder -> builder.fetchListener(other).fetchTimeout(Duration.ofMillis(1)));
    CoalescingCache<String, String> full =
        caches.cache(
            builder ->
                builder
                    .fetchListener(other)
                    .executor(
                        task -> {
                          throw new RejectedExecutionException();
                        }));
    FetchHandle<String> late = hasty.getOrFetch("late", loader.async());
    Eventually.until("the fetch times out", late::isDone);
    Eventually.until("and is reported", () -> other.ends.size() == 1);
    FetchHandle<String> refused = full.getOrFetch("refused", key -> "v");
    FetchHandle<String> aborted = cache.getOrFetch("aborted", loader.async());
    cache.abort("aborted", new IOException("stop"));
    FetchHandle<String> closed = cache.getOrFetch("closed", loader.async());
    cache.close();

    assertThat(List.of(late, refused, aborted, closed)).allMatch(FetchHandle::isDone);
    assertThat(other.lines)
        .containsExactly("start late", "end late TIMEOUT", "start refused", "end refused FAILURE");
    assertThat(other.ends.get(0).failure()).isInstanceOf(FetchTimeoutException.class);
    assertThat(other.ends.get(1).failure()).isInstanceOf(FetchRejectedException.class);
    assertThat(log.lines)
        .containsExactly(
            "start aborted", "end aborted FAILURE", "start closed", "end closed FAILURE");
    assertThat(log.ends.get(1).failure()).isInstanceOf(CacheClosedException.class);
  }

  @Test
  void aFencedFetchSaysSo() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.invalidate("k");
    loader.run().complete("v");

    assertThat(handle).isCompletedWithValue("v");
    assertThat(log.ends.get(0).fenced()).isTrue();
  }

  @Test
  void aPrefetchIsNoCaller() {
    cache.prefetch("a", loader.async());
    FetchHandle<String> joined = cache.getOrFetch("a", loader.async());
    cache.prefetch("a", loader.async());
    loader.run().complete("v");
    cache.prefetch("b", loader.async());
    loader.run(1).complete("v");

    assertThat(joined).isCompletedWithValue("v");
    assertThat(log.lines)
        .containsExactly("start a", "join a", "end a SUCCESS", "start b", "end b SUCCESS");
    assertThat(log.ends).extracting(FetchEnd::callers).containsExactly(1, 0);
  }

  @Test
  void inABulkEachKeyIsAFetch() {
    CompletableFuture<Map<String, String>> all =
        cache.getAllOrFetch(List.of("a", "b"), loader.bulk());
    loader.run().answers.complete(Map.of("a", "v", "extra", "x"));

    assertThat(all).isCompleted();
    assertThat(log.lines).containsExactly("start a", "start b", "end a SUCCESS", "end b ABSENT");
  }

  @Test
  void aRefreshIsAFetch() {
    cache.put("k", "old");
    FetchHandle<String> handle = cache.refresh("k", loader.async());
    loader.run().complete("new");

    assertThat(handle).isCompletedWithValue("new");
    assertThat(log.lines).containsExactly("start k", "end k SUCCESS");
  }

  @Test
  void theValueIsStoredWhenTheEndIsReported() {
    List<String> seen = new ArrayList<>();
    log.then = line -> seen.add(line + ": " + cache.getIfPresent("k"));
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    loader.run().complete("v");

    assertThat(handle).isCompletedWithValue("v");
    assertThat(seen).containsExactly("start k: null", "end k SUCCESS: v");
  }

  @Test
  void whatAListenerThrowsIsLoggedAndChangesNothing() {
    Log second = new Log("second ");
    CoalescingCache<String, String> each =
        caches.cache(builder -> builder.fetchListener(log).fetchListener(second));
    log.then =
        line -> {
          throw new AssertionError("of the listener");
        };
    FetchHandle<String> handle = each.getOrFetch("k", loader.async());
    loader.run().complete("v");

    assertThat(handle).isCompletedWithValue("v");
    assertThat(second.lines).containsExactly("second start k", "second end k SUCCESS");
    assertThat(logged.warnings())
        .hasSize(2)
        .allMatch(
            event -> event.getFormattedMessage().contains("a fetch listener failed for key k"));
  }

  @Test
  void listenersAreCalledInTheOrderInWhichTheyWereSet() {
    List<String> calls = new CopyOnWriteArrayList<>();
    CoalescingCacheBuilder<Object, Object> builder = CoalescingCache.builder();
    for (String name : List.of("one", "two", "three")) {
      Log each = new Log(name);
      each.then = line -> calls.add(name + " " + line);
      builder.fetchListener(each);
    }
    CoalescingCache<String, String> several = caches.track(builder.build());

    assertThat(several.get("k", key -> "v")).isEqualTo("v");
    assertThat(calls)
        .containsExactly(
            "one start k",
            "two start k",
            "three start k",
            "one end k SUCCESS",
            "two end k SUCCESS",
            "three end k SUCCESS");
  }

  @Test
  void aJoinOrEndDuringTheStartIsReportedAfterIt() {
    List<FetchHandle<String>> joined = new ArrayList<>();
    log.then =
        line -> {
          if (line.startsWith("start")) {
            joined.add(cache.getOrFetch("k", loader.async()));
            cache.abort("k", new IOException("at once"));
          }
        };
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());

    assertThat(handle).isCompletedExceptionally();
    assertThat(joined.get(0)).isCompletedExceptionally();
    assertThat(log.lines).containsExactly("start k", "join k", "end k FAILURE");
    assertThat(log.ends.get(0).callers()).isEqualTo(2);
    assertThat(loader.starts()).isZero();
  }

  @Test
  void anEndDuringALeaveIsReportedAfterIt() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    FetchHandle<String> other = cache.getOrFetch("k", loader.async());
    List<String> during = new ArrayList<>();
    log.then =
        line -> {
          if (line.startsWith("leave")) {
            loader.run().complete("v");
            during.addAll(log.lines);
          }
        };
    other.cancel(true);

    assertThat(handle).isCompletedWithValue("v");
    assertThat(during).containsExactly("start k", "join k", "leave k");
    assertThat(log.lines).containsExactly("start k", "join k", "leave k", "end k SUCCESS");
  }

  @Test
  void aLostFetchEnds() {
    losePromise();

    Eventually.collects(
        "its end is reported",
        () -> {
          cache.cleanUp();
          return !log.ends.isEmpty();
        });
    assertThat(log.lines).containsExactly("start k", "end k ABANDONED");
  }

  private void losePromise() {
    var unused = cache.getOrFetch("k", (key, context) -> new CompletableFuture<>());
  }

  @Test
  void aListenerThatIsStuckHoldsUpNoCallerBeyondTheTimeout() {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    CoalescingCache<String, String> timed =
        caches.cache(
            builder ->
                builder
                    .fetchTimeout(Duration.ofMillis(50))
                    .fetchListener(
                        new FetchListener<Object>() {
                          @Override
                          public void onEnd(long fetchId, Object key, FetchEnd end) {
                            gate.join();
                          }
                        }));
    FetchHandle<String> handle = timed.getOrFetch("k", loader.async());
    Caller<Boolean> completing = Caller.start(() -> loader.run().answer.complete("v"));

    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(completing.isReturned()).isFalse();
    gate.complete(null);
    assertThat(completing.value()).isTrue();
  }

  @Test
  void aListenerThatStartsFetchesOfItsOwnIsReported() {
    log.then =
        line -> {
          if (line.equals("end a SUCCESS")) {
            assertThat(cache.get("b", key -> "vb")).isEqualTo("vb");
          }
        };
    assertThat(cache.get("a", key -> "va")).isEqualTo("va");
    assertThat(log.lines).containsExactly("start a", "end a SUCCESS", "start b", "end b SUCCESS");
  }

  @Test
  void aNullListenerIsNamed() {
    assertThatNullPointerException()
        .isThrownBy(() -> CoalescingCache.builder().fetchListener(null))
        .withMessage("fetchListener");
  }
}
