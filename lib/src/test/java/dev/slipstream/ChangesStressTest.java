package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.canal.CanalBatch;
import dev.slipstream.canal.EventCursor;
import dev.slipstream.latch.Outcome;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.view.EntryView;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.ChangeSubscription;
import dev.slipstream.watch.EventType;
import dev.slipstream.watch.StateListenerHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every operation at random, by four threads, on a few keys of a small cache that everybody
 * watches: afterwards the journal has no hole and the sink saw the same, each fetch that began has
 * one end, nobody awaits one any more, and all waits are over. Where each key has one thread that
 * changes it, each call of a listener goes on from where the one before ended, and at rest they add
 * up to what is cached.
 */
class ChangesStressTest {
  private static final int THREADS = 4;
  private static final int OPERATIONS = 2_500;
  private static final int KEYS = 12;
  private static final int ROOM = 1 << 18;

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
  private final Queue<CompletableFuture<?>> waits = new ConcurrentLinkedQueue<>();
  private final Queue<CacheEvent<Integer, String>> sunk = new ConcurrentLinkedQueue<>();
  private final Map<Integer, String> mirror = new HashMap<>(); // by one listener call at a time
  private final Queue<String> breaks = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stopIo() {
    io.shutdownNow();
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, 21",
    "false, true, 22",
    "true, false, 23",
    "true, true, 24",
  })
  void theBooksBalance(boolean oneWriterEach, boolean sameThread, long seed) {
    CoalescingCacheBuilder<Object, Object> builder =
        CoalescingCache.builder()
            .recordStats()
            .fetchTimeout(Duration.ofMillis(300))
            .absentTtl(Duration.ofMillis(1))
            .eventJournal(ROOM)
            .maximumSize(KEYS - 4);
    if (sameThread) {
      builder.continuationExecutor(Runnable::run);
    }
    CoalescingCache<Integer, String> cache =
        caches.track(builder.<Integer, String>eventSink(sunk::add, ROOM).build());
    StateListenerHandle listener = cache.onStateChanged(this::reported);
    List<Caller<Boolean>> callers = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      int thread = t;
      Random random = new Random(seed * THREADS + t);
      callers.add(
          Caller.start(
              () -> {
                for (int i = 0; i < OPERATIONS; i++) {
                  int key = random.nextInt(KEYS);
                  if (!oneWriterEach) {
                    step(cache, random, key, false);
                  } else if (key % THREADS == thread) {
                    step(cache, random, key, true);
                  } else {
                    watch(cache, random, key);
                  }
                }
                return true;
              }));
    }
    callers.forEach(caller -> assertThat(caller.value()).isTrue());
    Eventually.until("all fetches end", () -> cache.inFlight().isEmpty());
    for (int key = 0; key < KEYS; key++) {
      cache.put(key, "last"); // wakes the thread that awaits it
    }

    Eventually.until("all waits end", () -> waits.stream().allMatch(CompletableFuture::isDone));
    Eventually.until("nobody watches", () -> cache.changes().trackedKeys() == 0);
    long last = cache.events().lastSequence();
    List<CacheEvent<Integer, String>> events = read(cache, last);
    checkFetches(events);
    Eventually.until("the sink has them", () -> sunk.size() == last);
    assertThat(List.copyOf(sunk)).isEqualTo(events);
    if (oneWriterEach) {
      cache.cleanUp();
      Eventually.passes(() -> assertThat(mirror).isEqualTo(Map.copyOf(cache.asMap())));
      assertThat(breaks).isEmpty();
    }
    listener.close();
  }

  private void reported(Integer key, @Nullable String before, @Nullable String after) {
    String known = after == null ? mirror.remove(key) : mirror.put(key, after);
    if (known == null ? before != null : !known.equals(before)) {
      breaks.add("%d: from %s to %s, but it was %s".formatted(key, before, after, known));
    }
  }

  private static List<CacheEvent<Integer, String>> read(
      CoalescingCache<Integer, String> cache, long last) {
    List<CacheEvent<Integer, String>> events = new ArrayList<>();
    try (EventCursor<Integer, String> cursor = cache.events().cursor(0)) {
      while (events.size() < last) {
        CanalBatch<CacheEvent<Integer, String>> batch =
            cursor.pullBatch(1024, Duration.ofSeconds(10));
        assertThat(batch.isEmpty()).as("a hole after %d of %d", events.size(), last).isFalse();
        events.addAll(batch.items());
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while reading events", e);
    }
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.get(i).sequence()).isEqualTo(i + 1);
    }
    return events;
  }

  /** Fetches of one key may overlap, if a write fenced the first: so all of them are added up. */
  private static void checkFetches(List<CacheEvent<Integer, String>> events) {
    Map<Integer, Map<EventType, Integer>> counts = new HashMap<>();
    for (CacheEvent<Integer, String> event : events) {
      Map<EventType, Integer> count =
          counts.computeIfAbsent(event.key(), key -> new EnumMap<>(EventType.class));
      count.merge(event.type(), 1, Integer::sum);
      int running = of(count, EventType.FETCH_STARTED) - ends(count);
      assertThat(running).as("fetches that run at %s", event).isNotNegative();
      assertThat(of(count, EventType.FETCH_STARTED) + of(count, EventType.CALLER_JOINED))
          .as("which have come and gone at %s", event)
          .isGreaterThanOrEqualTo(of(count, EventType.CALLER_LEFT));
    }
    counts.forEach(
        (key, count) ->
            assertThat(of(count, EventType.FETCH_STARTED))
                .as("starts and ends of %d in %s", key, count)
                .isEqualTo(ends(count)));
  }

  private static int ends(Map<EventType, Integer> count) {
    return of(count, EventType.FETCHED)
        + of(count, EventType.REFRESHED)
        + of(count, EventType.ABSENT)
        + of(count, EventType.FAILED)
        + of(count, EventType.ABANDONED);
  }

  private static int of(Map<EventType, Integer> count, EventType type) {
    return count.getOrDefault(type, 0);
  }

  /** One step; if nobody else is to change the key, it waits until what it began is over. */
  private void step(
      CoalescingCache<Integer, String> cache, Random random, Integer key, boolean alone) {
    String value = "v" + random.nextInt(1_000_000);
    switch (random.nextInt(14)) {
      case 0, 1, 2, 3 -> end(random, cache.getOrFetch(key, loader(random, value)), alone);
      case 4 -> end(random, cache.refresh(key, loader(random, value)), alone);
      case 5 -> {
        if (!alone) {
          cache.prefetch(key, loader(random, value));
        }
      }
      case 6 -> cache.put(key, value);
      case 7 -> cache.invalidate(key);
      case 8 -> {
        if (!alone && random.nextInt(10) == 0) {
          cache.invalidateAll();
        } else {
          cache.asMap().putIfAbsent(key, value);
        }
      }
      case 9 -> cache.asMap().compute(key, (k, present) -> present == null ? value : null);
      case 10 -> {
        if (!alone || random.nextBoolean()) {
          cache.abort(key, new IllegalStateException("by hand"));
        }
      }
      case 11 -> cache.merge(List.of(view(key, value)).iterator());
      case 12 -> cache.restore(k -> k.equals(key), List.of(view(key, value)).iterator());
      default -> fetchSeveral(cache, random, key, value, alone);
    }
  }

  private static EntryView<Integer, String> view(Integer key, String value) {
    return new EntryView<>(key, value, Instant.now(), null);
  }

  private void fetchSeveral(
      CoalescingCache<Integer, String> cache,
      Random random,
      Integer key,
      String value,
      boolean alone) {
    int delay = random.nextInt(300);
    List<Integer> keys = List.of(key, (key + THREADS) % KEYS); // of one thread both
    Integer further = (key + 2 * THREADS) % KEYS;
    end(
        random,
        cache.getAllOrFetch(
            keys,
            (asked, context) -> {
              Map<Integer, String> values = new HashMap<>(Map.of(further, "further" + value));
              asked.forEach(k -> values.put(k, value + "/" + k));
              CompletableFuture<Map<Integer, String>> answer = new CompletableFuture<>();
              var unused = io.schedule(() -> answer.complete(values), delay, TimeUnit.MICROSECONDS);
              return answer;
            }),
        alone);
  }

  private void end(Random random, CompletableFuture<?> future, boolean alone) {
    waits.add(future);
    switch (random.nextInt(6)) {
      case 0, 1 -> future.cancel(true);
      case 2 -> {
        var unused = future.orTimeout(1, TimeUnit.MILLISECONDS);
      }
      default -> {}
    }
    if (alone) {
      Eventually.until("it has ended", future::isDone);
    }
  }

  private void watch(CoalescingCache<Integer, String> cache, Random random, Integer key) {
    switch (random.nextInt(6)) {
      case 0 -> {
        CompletableFuture<Outcome<String>> outcome = cache.awaiter().awaitOutcome(key);
        waits.add(outcome);
        if (random.nextBoolean()) {
          outcome.cancel(false);
        }
      }
      case 1 -> waits.add(cache.awaiter().awaitEvent(key, EventType.PUT, random.nextInt(100)));
      case 2 -> {
        ChangeSubscription changes = cache.changes().subscribe(key);
        waits.add(changes.nextChange().whenComplete((version, failure) -> changes.close()));
      }
      case 3 -> {
        FetchHandle<String> joined = cache.joinIfInFlight(key);
        if (joined != null) {
          waits.add(joined);
          if (random.nextBoolean()) {
            joined.cancel(true);
          }
        }
      }
      case 4 -> cache.snapshot();
      default -> cache.state(key);
    }
  }

  private AsyncLoader<Integer, String> loader(Random random, String value) {
    int way = random.nextInt(8);
    int delay = random.nextInt(300);
    return (key, context) -> {
      CompletableFuture<String> stage = new CompletableFuture<>();
      switch (way) {
        case 0 -> throw new IllegalStateException("at once");
        case 1 -> {
          return CompletableFuture.completedFuture(value);
        }
        case 2 -> schedule(() -> stage.completeExceptionally(new Exception("later")), delay);
        case 3 -> schedule(() -> stage.complete(null), delay);
        default -> schedule(() -> stage.complete(value), delay);
      }
      return stage;
    };
  }

  private void schedule(Runnable task, int micros) {
    var unused = io.schedule(task, micros, TimeUnit.MICROSECONDS);
  }
}
