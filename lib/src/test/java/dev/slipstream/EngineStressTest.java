package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.latch.Registration;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every operation at random, by four threads, on a few keys: afterwards everybody is answered, the
 * books balance, nothing is left in the engine, and every continuation has run exactly once.
 */
class EngineStressTest {
  private static final int THREADS = 4;
  private static final int OPERATIONS = 12_000;
  private static final int KEYS = 12;

  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture(); // failures that nobody waits for

  private final ScheduledExecutorService io =
      Executors.newScheduledThreadPool(
          2,
          task -> {
            Thread thread = new Thread(task, "io");
            thread.setDaemon(true);
            return thread;
          });
  private final LongAdder calls = new LongAdder();
  private final Queue<CompletableFuture<?>> futures = new ConcurrentLinkedQueue<>();
  private final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();
  private final Queue<String> registered = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stopIo() {
    io.shutdownNow();
  }

  @ParameterizedTest
  @CsvSource({"false, false, 11", "false, true, 12", "true, false, 13", "true, true, 14"})
  void everybodyIsAnsweredAndNothingIsLeft(boolean bulk, boolean sameThread, long seed) {
    CoalescingCacheBuilder<Object, Object> builder =
        CoalescingCache.builder()
            .recordStats()
            .fetchTimeout(Duration.ofMillis(300))
            .absentTtl(Duration.ofMillis(1))
            .maximumSize(KEYS - 2);
    if (sameThread) {
      builder.continuationExecutor(Runnable::run);
    }
    CoalescingCache<Integer, String> cache = caches.track(builder.build());

    List<Caller<Boolean>> callers = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      int thread = t;
      Random random = new Random(seed * THREADS + t);
      callers.add(
          Caller.start(
              () -> {
                for (int i = 0; i < OPERATIONS; i++) {
                  step(cache, random, bulk, thread + "-" + i);
                }
                return true;
              }));
    }
    callers.forEach(caller -> assertThat(caller.value()).isTrue());

    CacheCore<Integer, String> core = ((SlipstreamCache<Integer, String>) cache).core;
    Eventually.passes(
        () -> {
          assertThat(futures).allMatch(CompletableFuture::isDone);
          CacheStats stats = cache.stats();
          assertThat(stats.hitCount() + stats.joinCount() + stats.fetchCount())
              .isEqualTo(calls.sum());
          assertThat(
                  stats.successCount()
                      + stats.absentCount()
                      + stats.failureCount()
                      + stats.abandonedCount()
                      + stats.timeoutCount())
              .isEqualTo(stats.fetchCount());
          assertThat(core.registry.isEmpty()).isTrue();
          assertThat(core.touched.isEmpty()).isTrue();
          assertThat(runs.keySet()).containsExactlyInAnyOrderElementsOf(registered);
          assertThat(runs.values()).allMatch(count -> count.get() == 1);
        });
    assertThat(registered).isNotEmpty();
  }

  private void step(
      CoalescingCache<Integer, String> cache, Random random, boolean bulk, String name) {
    Integer key = random.nextInt(KEYS);
    switch (random.nextInt(17)) {
      case 0, 1, 2, 3 -> {
        calls.increment();
        leaveSometimes(random, keep(cache.getOrFetch(key, loader(random))));
      }
      case 4 -> {
        calls.increment();
        leaveSometimes(random, keep(cache.refresh(key, loader(random))));
      }
      case 5 -> {
        calls.increment();
        cache.prefetch(key, loader(random));
      }
      case 6 -> cache.put(key, "p");
      case 7 -> cache.invalidate(key);
      case 8 -> {
        if (random.nextInt(10) == 0) {
          cache.invalidateAll();
        } else {
          cache.asMap().putIfAbsent(key, "c");
        }
      }
      case 9 -> cache.asMap().remove(key, "v" + key);
      case 10 -> cache.asMap().compute(key, (k, value) -> value == null ? "n" : null);
      case 11 -> {
        if (random.nextBoolean()) {
          cache.abort(key, new IllegalStateException("by hand"));
        }
      }
      case 12 -> register(cache, key, name);
      case 13 -> {
        FetchHandle<String> joined = cache.joinIfInFlight(key);
        if (joined != null) {
          calls.increment();
          leaveSometimes(random, keep(joined));
        }
      }
      case 14 -> block(cache, key);
      default -> {
        if (bulk) {
          fetchSeveral(cache, key, random);
        }
      }
    }
  }

  private <F extends CompletableFuture<?>> F keep(F future) {
    futures.add(future);
    return future;
  }

  private static void leaveSometimes(Random random, CompletableFuture<?> future) {
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> future.cancel(true);
      case 3 -> {
        var unused = future.orTimeout(1, TimeUnit.MILLISECONDS);
      }
      case 4 -> {
        var unused = future.handle((value, failure) -> value);
      }
      default -> {}
    }
  }

  private void register(CoalescingCache<Integer, String> cache, Integer key, String name) {
    Registration registration =
        cache.onComplete(
            key,
            name,
            outcome -> runs.computeIfAbsent(name, unused -> new AtomicInteger()).incrementAndGet());
    if (registration != Registration.NOT_IN_FLIGHT) {
      assertThat(registration).isNotEqualTo(Registration.REPLACED);
      registered.add(name);
    }
  }

  private void block(CoalescingCache<Integer, String> cache, Integer key) {
    calls.increment();
    try {
      String value = cache.get(key, k -> "b" + k, Duration.ofMillis(2));
      assertThat(value == null || value.length() < 10).isTrue();
    } catch (FetchException e) {
      assertThat(e).hasMessageContaining("cache");
    }
  }

  private void fetchSeveral(CoalescingCache<Integer, String> cache, Integer key, Random random) {
    Set<Integer> keys = Set.of(key, (key + 1) % KEYS, (key + 5) % KEYS);
    int delay = random.nextInt(300);
    calls.add(keys.size());
    CompletableFuture<Map<Integer, String>> future =
        cache.getAllOrFetch(
            keys,
            (asked, context) -> {
              CompletableFuture<Map<Integer, String>> answers = new CompletableFuture<>();
              Map<Integer, String> values = new HashMap<>();
              asked.forEach(k -> values.put(k, "v" + k));
              values.keySet().removeIf(k -> k % 5 == 0);
              values.put((key + 7) % KEYS, "further");
              var unused =
                  io.schedule(() -> answers.complete(values), delay, TimeUnit.MICROSECONDS);
              return answers;
            });
    leaveSometimes(random, keep(future));
  }

  private AsyncLoader<Integer, String> loader(Random random) {
    int way = random.nextInt(10);
    int delay = random.nextInt(300);
    boolean lost = random.nextInt(200) == 0;
    return (key, context) -> {
      CompletableFuture<String> stage = new CompletableFuture<>();
      switch (way) {
        case 0 -> throw new IllegalStateException("at once");
        case 1 -> {
          return CompletableFuture.completedFuture("s" + key);
        }
        default -> {
          if (!lost) {
            var unused = io.schedule(() -> end(stage, way, key), delay, TimeUnit.MICROSECONDS);
          }
          return stage;
        }
      }
    };
  }

  private static void end(CompletableFuture<String> stage, int way, Integer key) {
    switch (way) {
      case 2 -> stage.completeExceptionally(new IllegalStateException("later"));
      case 3 -> stage.complete(null);
      case 4 -> stage.cancel(true);
      default -> stage.complete("v" + key);
    }
  }
}
