package dev.slipstream;

import static dev.slipstream.watch.EventType.ABANDONED;
import static dev.slipstream.watch.EventType.CALLER_JOINED;
import static dev.slipstream.watch.EventType.CALLER_LEFT;
import static dev.slipstream.watch.EventType.FETCHED;
import static dev.slipstream.watch.EventType.FETCH_STARTED;
import static dev.slipstream.watch.EventType.PUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.canal.Canal;
import dev.slipstream.canal.CanalBatch;
import dev.slipstream.canal.CanalClosedException;
import dev.slipstream.canal.EventCursor;
import dev.slipstream.canal.EventSubscription;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.EventLog;
import dev.slipstream.testing.Eventually;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The events of a busy cache are numbered without holes, and those of a fetch are in order. */
class EventOrderTest {
  private static final Duration LIMIT = Duration.ofSeconds(Eventually.SECONDS);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final long seed = System.nanoTime();

  private CoalescingCache<String, String> journal(int size) {
    return caches.cache(builder -> builder.eventJournal(size));
  }

  private static List<Caller<Boolean>> start(int threads, IntConsumer body) {
    CyclicBarrier together = new CyclicBarrier(threads);
    return IntStream.range(0, threads)
        .mapToObj(
            i ->
                Caller.start(
                    () -> {
                      Eventually.meets(together);
                      body.accept(i);
                      return true;
                    }))
        .toList();
  }

  @Test
  void numbersOfSeveralThreadsHaveNoHolesAndEachThreadsEventsKeepTheirOrder() {
    List<CacheEvent<Object, Object>> sunk = new CopyOnWriteArrayList<>();
    CoalescingCache<String, String> cache =
        caches.cache(
            builder -> builder.eventJournal(10_000).eventSink(event -> sunk.add(event), 10_000));
    start(
            4,
            i -> {
              for (int j = 0; j < 500; j++) {
                if (j % 3 == 2) {
                  cache.invalidate("shared");
                }
                cache.put("own-" + i, "v" + j);
                cache.put("shared", i + "-" + j);
              }
            })
        .forEach(Caller::value);

    List<CacheEvent<String, String>> events = EventLog.events(cache);
    assertThat(events)
        .extracting(CacheEvent::sequence)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, events.size()).boxed().toList());
    assertThat(cache.events().firstSequence()).isEqualTo(1);
    for (int i = 0; i < 4; i++) {
      String own = "own-" + i;
      assertThat(events.stream().filter(event -> event.key().equals(own)))
          .extracting(CacheEvent::value)
          .containsExactlyElementsOf(IntStream.range(0, 500).mapToObj(j -> "v" + j).toList());
      String writer = i + "-";
      assertThat(
              events.stream()
                  .filter(event -> event.type() == PUT && event.value().startsWith(writer)))
          .extracting(CacheEvent::value)
          .containsExactlyElementsOf(IntStream.range(0, 500).mapToObj(j -> writer + j).toList());
    }
    Eventually.until("the sink has all", () -> sunk.size() == events.size());
    assertThat(List.<Object>copyOf(sunk)).as("the sink's order").isEqualTo(events);
  }

  /** One and CALLER_JOINED less CALLER_LEFT is the number of awaiters, at each moment. */
  @Test
  void theBalanceOfRacingJoinersAndLeaversIsNeverLessThanTheAnchorAndEndsAtZero() {
    CoalescingCache<String, String> cache = journal(100_000);
    for (int round = 0; round < 20; round++) {
      String key = "k" + round;
      FetchHandle<String> anchor = cache.getOrFetch(key, (k, context) -> new CompletableFuture<>());
      start(
              3,
              i -> {
                Random random = new Random(seed + i);
                List<FetchHandle<String>> held = new ArrayList<>();
                for (int j = 0; j < 60; j++) {
                  held.add(cache.joinIfInFlight(key));
                  if (random.nextBoolean()) {
                    held.remove(random.nextInt(held.size())).cancel(false);
                  }
                }
                held.forEach(handle -> handle.cancel(false));
              })
          .forEach(Caller::value);
      assertThat(cache.inFlight().get(0).awaiters()).isEqualTo(1);
      anchor.cancel(false);

      int balance = 0;
      List<EventType> types = EventLog.types(cache, key);
      assertThat(types).startsWith(FETCH_STARTED).endsWith(CALLER_LEFT, ABANDONED);
      for (EventType type : types.subList(0, types.size() - 2)) {
        balance += type == CALLER_LEFT ? -1 : 1;
        assertThat(balance).as("awaiters, seed %d", seed).isPositive();
      }
      assertThat(balance).isEqualTo(1);
      assertThat(types).hasSize(2 + 2 * 180 + 1).doesNotContain(FETCHED);
    }
  }

  @Test
  void afterTheEndOfAFetchNobodyJoinsOrLeavesIt() {
    CoalescingCache<String, String> cache = journal(100_000);
    for (int round = 0; round < 200; round++) {
      String key = "k" + round;
      CompletableFuture<String> promise = new CompletableFuture<>();
      FetchHandle<String> anchor = cache.getOrFetch(key, (k, context) -> promise);
      List<FetchHandle<String>> handles = new CopyOnWriteArrayList<>();
      List<Caller<Boolean>> callers =
          start(
              3,
              i -> {
                if (i == 0) {
                  promise.complete("v");
                  return;
                }
                for (int j = 0; j < 10; j++) {
                  FetchHandle<String> handle = cache.getOrFetch(key, (k, context) -> promise);
                  handles.add(handle);
                  if (j % 2 == 0) {
                    handle.cancel(false);
                  }
                }
              });
      callers.forEach(Caller::value);
      assertThat(anchor).isCompletedWithValue("v");

      List<EventType> types = EventLog.types(cache, key);
      assertThat(types).startsWith(FETCH_STARTED).endsWith(FETCHED);
      assertThat(types.subList(1, types.size() - 1))
          .as("of one fetch, seed %d", seed)
          .isSubsetOf(CALLER_JOINED, CALLER_LEFT);
      long joined = types.stream().filter(CALLER_JOINED::equals).count();
      long left = types.stream().filter(CALLER_LEFT::equals).count();
      assertThat(joined)
          .as("but for those that joined when it had ended")
          .isLessThanOrEqualTo(handles.stream().filter(h -> h.origin() == Origin.JOINED).count());
      assertThat(left).isLessThanOrEqualTo(handles.stream().filter(h -> h.isCancelled()).count());
    }
  }

  @Test
  void aSmallJournalReportsWhatItHasDropped() throws Exception {
    CoalescingCache<String, String> cache = journal(4);
    try (EventCursor<String, String> cursor = cache.events().cursor(1)) {
      for (int i = 0; i < 10; i++) {
        cache.put("k" + i, "v");
      }
      CanalBatch<CacheEvent<String, String>> gap = cursor.pullBatch(100, LIMIT);
      assertThat(gap)
          .isInstanceOfSatisfying(
              CanalBatch.Gap.class,
              lost -> {
                assertThat(lost.from()).isEqualTo(1);
                assertThat(lost.to()).isEqualTo(cache.events().firstSequence() - 1);
                assertThat(lost.isOfEarlierJournal()).isFalse();
              });
      List<CacheEvent<String, String>> rest = cursor.pullBatch(100, LIMIT).items();
      assertThat(rest)
          .extracting(CacheEvent::sequence)
          .containsExactlyElementsOf(
              LongStream.rangeClosed(cache.events().firstSequence(), 10).boxed().toList());
      assertThat(rest).hasSizeGreaterThanOrEqualTo(4);
      assertThat(cursor.pullBatch(100, Duration.ofMillis(1)).isEmpty()).isTrue();
    }
  }

  @Test
  void afterCloseACanalGivesTheRestAndThenIsClosed() throws Exception {
    CoalescingCache<String, String> cache = journal(100);
    EventCursor<String, String> cursor = cache.events().cursor(0);
    EventSubscription<String, String> subscription = cache.events().subscribe(10);
    FetchHandle<String> flying =
        cache.getOrFetch("flying", (k, context) -> new CompletableFuture<>());
    cache.put("k", "v");
    cache.close();

    for (Canal<CacheEvent<String, String>> canal : List.of(cursor, subscription)) {
      assertThat(canal.pullBatch(2, LIMIT).items()).hasSize(2);
      assertThat(canal.pullBatch(2, LIMIT))
          .isInstanceOfSatisfying(
              CanalBatch.One.class,
              one -> assertThat(one.items().get(0).toString()).contains("FAILED"));
      assertThatThrownBy(() -> canal.pullBatch(2, LIMIT)).isInstanceOf(CanalClosedException.class);
    }
    assertThat(cache.events().cursor(1).pullBatch(10, LIMIT).items())
        .as("a cursor that is opened after the close")
        .hasSize(3);
    assertThatThrownBy(() -> cache.put("k", "late")).isInstanceOf(CacheClosedException.class);
    assertThat(cache.events().lastSequence()).isEqualTo(3);
    assertThat(flying).isCompletedExceptionally();
  }

  @Test
  void anAwaiterOfAnEventIsNotifiedOfTheClose() {
    CoalescingCache<String, String> cache = journal(100);
    List<Caller<?>> waiting =
        List.of(
            Caller.start(() -> cache.events().cursor(1).pullBatch(1, LIMIT)),
            Caller.start(() -> cache.events().subscribe(1).pullBatch(1, LIMIT)));
    Eventually.until(
        "both wait",
        () ->
            waiting.stream()
                .allMatch(
                    caller ->
                        caller.getState() == Thread.State.TIMED_WAITING
                            || caller.getState() == Thread.State.WAITING));
    cache.close();

    waiting.forEach(
        caller -> assertThat(caller.failure()).isInstanceOf(CanalClosedException.class));
  }

  @Test
  void anAwaiterReceivesWhatHappensNext() {
    CoalescingCache<String, String> cache = journal(100);
    cache.put("before", "v");
    Caller<CanalBatch<CacheEvent<String, String>>> cursor =
        Caller.start(
            () -> cache.events().cursor(cache.events().lastSequence() + 1).pullBatch(10, LIMIT));
    Eventually.until("it waits", () -> cursor.getState() == Thread.State.TIMED_WAITING);
    assertThat(cache.get("k", key -> "v")).isEqualTo("v");

    assertThat(cursor.value().items()).extracting(CacheEvent::type).startsWith(FETCH_STARTED);
  }

  /** Each key changes by writers of its own, and its events differ in their values. */
  @Test
  void whatIsCachedAtRestIsWhatTheLastEventOfASingleWriterSays() {
    CoalescingCache<String, String> cache = journal(100_000);
    start(
            3,
            i -> {
              Random random = new Random(seed + i);
              for (int j = 0; j < 1_000; j++) {
                String key = i + "/" + random.nextInt(5);
                String value = "v" + j;
                switch (random.nextInt(5)) {
                  case 0 -> cache.invalidate(key);
                  case 1 -> cache.asMap().remove(key);
                  case 2 ->
                      assertThat(Eventually.value(cache.refresh(key, k -> value))).isEqualTo(value);
                  case 3 -> cache.asMap().merge(key, value, (before, now) -> now);
                  default -> cache.put(key, value);
                }
              }
            })
        .forEach(Caller::value);

    Map<String, CacheEvent<String, String>> last =
        EventLog.events(cache).stream()
            .filter(event -> event.type() != FETCH_STARTED)
            .collect(Collectors.toMap(CacheEvent::key, event -> event, (a, b) -> b));
    assertThat(last).isNotEmpty();
    last.forEach(
        (key, event) ->
            assertThat(cache.getIfPresent(key))
                .as("%s, seed %d", event, seed)
                .isEqualTo(event.type() == EventType.INVALIDATED ? null : event.value()));
  }
}
