package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.slipstream.canal.EventCursor;
import dev.slipstream.canal.EventSubscription;
import dev.slipstream.canal.Reactor;
import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.view.BlobCodec;
import dev.slipstream.view.CacheView;
import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.EntryView;
import dev.slipstream.view.ValueCodec;
import dev.slipstream.view.ViewFile;
import dev.slipstream.view.Viewable;
import dev.slipstream.watch.EventSink;
import dev.slipstream.watch.EventType;
import dev.slipstream.watch.KeyAwaiter;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bad arguments of the entry points for events, awaiters and views: each is named, and nothing has
 * changed.
 */
class NewArgumentsTest {
  private static final Continuation<String> CONTINUATION = outcome -> {};
  private static final ContinuationOptions OPTIONS = ContinuationOptions.defaults();
  private static final CacheView<String, String> VIEW = new CacheView<>(List.of());
  private static final CacheView<String, String> NO_VIEW = null;
  private static final Iterator<EntryView<String, String>> NO_ENTRIES = null;
  private static final Predicate<String> NO_PARTITION = null;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Path FILE = Path.of("never-there");
  private static final EntryCodec<String, String> CODEC =
      EntryCodec.of(ValueCodec.string(), ValueCodec.string());
  private static final BlobCodec<String, String, String> BLOBS =
      new BlobCodec<>() {
        @Override
        public String stub(String key, String value) {
          return value;
        }

        @Override
        public InputStream open(String key, String value) {
          return new ByteArrayInputStream(new byte[0]);
        }

        @Override
        public String join(String key, String stub, InputStream blob) {
          return stub;
        }
      };

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  interface Call {
    void on(CoalescingCache<String, String> cache) throws Exception;
  }

  private static Arguments call(String argument, String method, Call call) {
    return arguments(argument, method, call);
  }

  static Stream<Arguments> nulls() {
    return Stream.of(
        call("key", "onComplete", c -> c.onComplete(null, "c", OPTIONS, CONTINUATION)),
        call("name", "onComplete", c -> c.onComplete("k", null, OPTIONS, CONTINUATION)),
        call("options", "onComplete", c -> c.onComplete("k", "c", null, CONTINUATION)),
        call("continuation", "onComplete", c -> c.onComplete("k", "c", OPTIONS, null)),
        call("key", "orThrow", c -> c.onCompleteOrThrow(null, "c", OPTIONS, CONTINUATION)),
        call("name", "orThrow", c -> c.onCompleteOrThrow("k", null, OPTIONS, CONTINUATION)),
        call("options", "orThrow", c -> c.onCompleteOrThrow("k", "c", null, CONTINUATION)),
        call("continuation", "orThrow", c -> c.onCompleteOrThrow("k", "c", OPTIONS, null)),
        call("key", "state", c -> c.state(null)),
        call("key", "subscribe to changes", c -> c.changes().subscribe(null)),
        call("key", "notify", c -> c.changes().notify(null)),
        call("key", "awaitOutcome", c -> c.awaiter().awaitOutcome(null)),
        call("key", "awaitEvent", c -> c.awaiter().awaitEvent(null, EventType.PUT, 0)),
        call("type", "awaitEvent", c -> c.awaiter().awaitEvent("k", null, 0)),
        call("source", "polling", c -> KeyAwaiter.polling(null)),
        call("listener", "onStateChanged", c -> c.onStateChanged(null)),
        call("checkpointId", "cursor", c -> c.events().cursor(null)),
        call("deadline", "pullBatch", c -> c.events().cursor(1).pullBatch(1, null)),
        call("deadline", "pullBatch lossy", c -> c.events().subscribe(1).pullBatch(1, null)),
        call("action", "onAvailable", c -> c.events().subscribe(1).onAvailable(null)),
        call("subscriber", "publisher", c -> c.events().publisher(1).subscribe(null)),
        call("canal", "Reactor", c -> Reactor.run(null, batch -> {})),
        call("handler", "Reactor", c -> Reactor.run(c.events().cursor(1), null)),
        call("options", "Reactor", c -> Reactor.run(c.events().cursor(1), batch -> {}, null)));
  }

  static Stream<Arguments> nullsOfViews() {
    Viewable<String, String> noCache = null;
    return Stream.of(
        call("partition", "snapshot", c -> c.snapshot(null)),
        call("view", "restore", c -> c.restore(NO_VIEW)),
        call("partition", "restore", c -> c.restore(NO_PARTITION, VIEW)),
        call("view", "restore a partition", c -> c.restore(key -> true, NO_VIEW)),
        call("partition", "restore", c -> c.restore(NO_PARTITION, VIEW.entries().iterator())),
        call("entries", "restore", c -> c.restore(key -> true, NO_ENTRIES)),
        call("view", "merge", c -> c.merge(NO_VIEW)),
        call("entries", "merge", c -> c.merge(NO_ENTRIES)),
        call("codec", "snapshotWithBlobs", c -> c.snapshotWithBlobs(null, batch -> {})),
        call("visitor", "snapshotWithBlobs", c -> c.snapshotWithBlobs(BLOBS, null)),
        call("view", "restoreWithBlobs", c -> c.restoreWithBlobs(null, BLOBS, key -> null)),
        call("codec", "restoreWithBlobs", c -> c.restoreWithBlobs(VIEW, null, key -> null)),
        call("source", "restoreWithBlobs", c -> c.restoreWithBlobs(VIEW, BLOBS, null)),
        call("file", "ViewFile.write", c -> ViewFile.write(null, c, CODEC)),
        call("source", "ViewFile.write", c -> ViewFile.write(FILE, noCache, CODEC)),
        call("view", "ViewFile.write", c -> ViewFile.write(FILE, NO_VIEW, CODEC)),
        call("codec", "ViewFile.write", c -> ViewFile.write(FILE, c, null)),
        call("progress", "ViewFile.write", c -> ViewFile.write(FILE, c, CODEC, null)),
        call("file", "ViewFile.restore", c -> ViewFile.restore(null, c, CODEC)),
        call("target", "ViewFile.restore", c -> ViewFile.restore(FILE, null, CODEC)),
        call("codec", "ViewFile.restore", c -> ViewFile.restore(FILE, c, null)),
        call("partition", "ViewFile.restore", c -> ViewFile.restore(FILE, c, NO_PARTITION, CODEC)),
        call("target", "ViewFile.merge", c -> ViewFile.merge(FILE, null, CODEC)),
        call("codec", "ViewFile.merge", c -> ViewFile.merge(FILE, c, null)));
  }

  static Stream<Arguments> outOfRange() {
    return Stream.of(
        call("afterSequence", "awaitEvent", c -> c.awaiter().awaitEvent("k", EventType.PUT, -1)),
        call("fromSequence", "cursor", c -> c.events().cursor(-1)),
        call("checkpointId", "cursor", c -> c.events().cursor("")),
        call("capacity", "subscribe", c -> c.events().subscribe(0)),
        call("capacity", "subscribe", c -> c.events().subscribe(-1)),
        call("max", "pullBatch", c -> c.events().cursor(1).pullBatch(0, SECOND)),
        call("max", "pullBatch", c -> c.events().cursor(1).pullBatch(-1, SECOND)),
        call("max", "pullBatch lossy", c -> c.events().subscribe(1).pullBatch(0, SECOND)),
        call("max", "pullNow", c -> c.events().subscribe(1).pullNow(0)),
        call("deadline", "pullBatch", c -> c.events().cursor(1).pullBatch(1, Duration.ZERO)),
        call("deadline", "pullBatch", c -> c.events().cursor(1).pullBatch(1, Duration.ofNanos(-1))),
        call("deadline", "pullBatch", c -> c.events().subscribe(1).pullBatch(1, Duration.ZERO)));
  }

  private CoalescingCache<String, String> filled() {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.eventJournal(100));
    cache.put("there", "v");
    return cache;
  }

  private static void assertUnchanged(CoalescingCache<String, String> cache) {
    assertThat(cache.asMap()).isEqualTo(Map.of("there", "v"));
    assertThat(cache.inFlight()).isEmpty();
    assertThat(cache.changes().trackedKeys()).isZero();
    assertThat(cache.events().lastSequence()).isEqualTo(1);
    assertThat(FILE).doesNotExist();
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource({"nulls", "nullsOfViews"})
  void whatIsMissingIsNamed(String argument, String method, Call call) {
    CoalescingCache<String, String> cache = filled();

    assertThatNullPointerException()
        .as(method)
        .isThrownBy(() -> call.on(cache))
        .withMessageContaining(argument);
    assertUnchanged(cache);
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("outOfRange")
  void whatIsOutOfRangeIsNamed(String argument, String method, Call call) {
    CoalescingCache<String, String> cache = filled();

    assertThatIllegalArgumentException()
        .as(method)
        .isThrownBy(() -> call.on(cache))
        .withMessageContaining(argument);
    assertUnchanged(cache);
  }

  @Test
  void aCanalThatRefusedABadArgumentGoesOn() throws Exception {
    CoalescingCache<String, String> cache = filled();
    try (EventCursor<String, String> cursor = cache.events().cursor(1);
        EventSubscription<String, String> subscription = cache.events().subscribe(1)) {
      assertThatIllegalArgumentException().isThrownBy(() -> cursor.pullBatch(0, SECOND));
      assertThat(cursor.pullBatch(1, SECOND).items()).hasSize(1);
      cache.put("there", "v");
      assertThatIllegalArgumentException().isThrownBy(() -> subscription.pullNow(-1));
      assertThat(subscription.pullNow(1).items()).hasSize(1);
    }
  }

  @Test
  void ofTheBuilderToo() {
    EventSink<String, String> noSink = null;
    EventSink<String, String> sink = event -> {};
    assertThatNullPointerException()
        .isThrownBy(() -> CoalescingCache.builder().eventSink(noSink))
        .withMessageContaining("eventSink");
    assertThatNullPointerException()
        .isThrownBy(() -> CoalescingCache.builder().eventSink(noSink, 1))
        .withMessageContaining("eventSink");
    assertThatNullPointerException()
        .isThrownBy(() -> CoalescingCache.builder().checkpointStore(null))
        .withMessageContaining("checkpointStore");
    for (int bad : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CoalescingCache.builder().eventJournal(bad))
          .withMessageContaining("eventJournal")
          .withMessageContaining("" + bad);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CoalescingCache.builder().eventSink(sink, bad))
          .withMessageContaining("queueSize")
          .withMessageContaining("" + bad);
    }
  }

  @Test
  void aSmallestJournalAndQueueWork() {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.eventJournal(1).eventSink(event -> {}, 1));
    cache.put("k", "1");
    cache.put("k", "2");
    assertThat(cache.events().lastSequence()).isEqualTo(2);
    assertThat(cache.events().firstSequence()).isBetween(1L, 2L);
  }
}
