package dev.slipstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.view.Blob;
import dev.slipstream.view.BlobCodec;
import dev.slipstream.view.BlobException;
import dev.slipstream.view.BlobSource;
import dev.slipstream.view.CacheView;
import dev.slipstream.view.EntryView;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The cache's entry points for blobs: in minibatches, consistent with the view, and all or nothing.
 */
class CacheBlobsTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache =
      caches.cache(builder -> builder.eventJournal(2_000));
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final Map<String, String> elsewhere = new HashMap<>();

  /** A value is "number:payload"; the number is its stub. */
  private static final class Numbered implements BlobCodec<String, String, Integer> {
    final Set<InputStream> open = ConcurrentHashMap.newKeySet();

    @Override
    public Integer stub(String key, String value) {
      return Integer.valueOf(value.substring(0, value.indexOf(':')));
    }

    @Override
    public InputStream open(String key, String value) {
      return track(value.substring(value.indexOf(':') + 1));
    }

    InputStream track(String blob) {
      InputStream stream =
          new ByteArrayInputStream(blob.getBytes(UTF_8)) {
            @Override
            public void close() {
              open.remove(this);
            }

            @Override
            public boolean equals(Object other) {
              return this == other;
            }

            @Override
            public int hashCode() {
              return System.identityHashCode(this);
            }
          };
      open.add(stream);
      return stream;
    }

    @Override
    public String join(String key, Integer stub, InputStream blob) throws IOException {
      return stub + ":" + new String(blob.readAllBytes(), UTF_8);
    }
  }

  private final Numbered codec = new Numbered();

  private static String value(int number) {
    return number + ":payload of " + number;
  }

  private void fill(int entries) {
    for (int i = 0; i < entries; i++) {
      cache.put("key-" + i, value(i));
    }
  }

  private void keep(List<Blob<String>> batch) throws IOException {
    for (Blob<String> blob : batch) {
      String read = new String(blob.stream().readAllBytes(), UTF_8);
      assertThat(elsewhere.put(blob.key(), read)).as("handed out once").isNull();
    }
  }

  private InputStream bring(String key) throws IOException {
    String blob = elsewhere.get(key);
    if (blob == null) {
      throw new IOException("no blob of " + key);
    }
    return codec.track(blob);
  }

  @Test
  void batchesOf64AreHandedOutOneAtATimeAndComeBack() throws Exception {
    fill(150);
    List<Integer> sizes = new ArrayList<>();
    Thread caller = Thread.currentThread();

    CacheView<String, Integer> view =
        cache.snapshotWithBlobs(
            codec,
            batch -> {
              assertThat(Thread.currentThread()).isSameAs(caller);
              assertThat(codec.open).as("streams of the batch before").isEmpty();
              sizes.add(batch.size());
              keep(batch);
            });

    assertThat(codec.open).isEmpty();
    assertThat(sizes).containsExactly(64, 64, 22);
    assertThat(view.entries()).hasSize(150);
    CoalescingCache<String, String> other = caches.cache();
    other.put("left over", "0:x");
    other.restoreWithBlobs(view, codec, this::bring);
    assertThat(other.asMap()).isEqualTo(cache.asMap());
    assertThat(codec.open).isEmpty();
  }

  @Test
  void theViewIsOfTheVeryValuesWhoseBlobsWereHandedOut() throws Exception {
    fill(150);
    int[] batches = {0};

    CacheView<String, Integer> view =
        cache.snapshotWithBlobs(
            codec,
            batch -> {
              int round = ++batches[0];
              for (int i = 0; i < 150; i++) {
                if (i % 3 == 0) {
                  cache.invalidate("key-" + i);
                } else {
                  cache.put("key-" + i, value(1_000 * round + i));
                }
              }
              keep(batch);
            });

    assertThat(view.entries()).extracting(EntryView::key).doesNotHaveDuplicates();
    assertThat(elsewhere.keySet())
        .isEqualTo(view.entries().stream().map(EntryView::key).collect(Collectors.toSet()));
    for (EntryView<String, Integer> entry : view.entries()) {
      assertThat(elsewhere.get(entry.key())).isEqualTo("payload of " + entry.value());
    }
  }

  private void failsAndNames(String key, ThrowingCallable call, Exception cause) {
    FetchHandle<String> flying = cache.getOrFetch("flying", loader.async());
    Map<String, String> before = Map.copyOf(cache.asMap());
    long events = cache.events().lastSequence();

    assertThatExceptionOfType(BlobException.class)
        .isThrownBy(call)
        .withMessageContaining(key)
        .withCause(cause)
        .satisfies(failure -> assertThat(failure.key()).isEqualTo(key));

    assertThat(codec.open).as("streams left open").isEmpty();
    assertThat(cache.asMap()).isEqualTo(before);
    assertThat(cache.events().lastSequence()).isEqualTo(events);
    assertThat(cache.inFlight()).hasSize(1).noneMatch(InFlight::fenced);
    loader.run().complete("0:landed");
    assertThat(flying).isCompletedWithValue("0:landed");
    assertThat(cache.getIfPresent("flying")).isEqualTo("0:landed");
  }

  @Test
  void aVisitorThatFailsInItsSecondBatchLeavesTheCacheAsItWas() {
    fill(150);
    IOException full = new IOException("the bucket is full");
    String[] last = new String[1];
    int[] batches = {0};

    ThrowingCallable call =
        () ->
            cache.snapshotWithBlobs(
                codec,
                batch -> {
                  if (++batches[0] == 2) {
                    last[0] = batch.get(10).key();
                    assertThat(batch.get(10).stream().read()).isNotNegative();
                    throw full;
                  }
                  keep(batch);
                });

    FetchHandle<String> flying = cache.getOrFetch("flying", loader.async());
    long events = cache.events().lastSequence();
    assertThatExceptionOfType(BlobException.class)
        .isThrownBy(call)
        .withCause(full)
        .satisfies(
            failure -> {
              assertThat(failure.key()).isEqualTo(last[0]);
              assertThat(failure).hasMessageContaining(last[0]);
            });
    assertThat(batches).containsExactly(2);
    assertThat(codec.open).isEmpty();
    assertThat(cache.asMap()).hasSize(150);
    assertThat(cache.events().lastSequence()).isEqualTo(events);
    flying.cancel(true);
  }

  private CacheView<String, Integer> viewOfOthers() throws Exception {
    CoalescingCache<String, String> other = caches.cache();
    for (int i = 100; i < 250; i++) {
      other.put("key-" + i, value(-i));
    }
    other.put("flying", value(7));
    return other.snapshotWithBlobs(codec, this::keep);
  }

  @Test
  void aSourceThatFailsForOneKeyLeavesTheCacheAsItWas() throws Exception {
    fill(150);
    CacheView<String, Integer> view = viewOfOthers();
    String missing = view.entries().get(view.entries().size() - 1).key();
    IOException failure = new IOException("not there");

    failsAndNames(
        missing,
        () ->
            cache.restoreWithBlobs(
                view,
                codec,
                key -> {
                  if (key.equals(missing)) {
                    throw failure;
                  }
                  return bring(key);
                }),
        failure);
  }

  @Test
  void aSourceThatCannotPrepareItsLastBatchLeavesTheCacheAsItWas() throws Exception {
    fill(150);
    CacheView<String, Integer> view = viewOfOthers();
    IllegalStateException failure = new IllegalStateException("no connection");
    List<Integer> sizes = new ArrayList<>();
    String firstOfLast = view.entries().get(128).key();

    failsAndNames(
        firstOfLast,
        () ->
            cache.restoreWithBlobs(
                view,
                codec,
                new BlobSource<>() {
                  @Override
                  public InputStream open(String key) throws IOException {
                    return bring(key);
                  }

                  @Override
                  public void prepare(List<String> keys) {
                    sizes.add(keys.size());
                    if (sizes.size() == 3) {
                      throw failure;
                    }
                  }
                }),
        failure);
    assertThat(sizes).containsExactly(64, 64, 23);
  }

  @Test
  void aCodecThatCannotJoinLeavesTheCacheAsItWas() throws Exception {
    fill(150);
    CacheView<String, Integer> view = viewOfOthers();
    String broken = view.entries().get(140).key();
    IOException failure = new IOException("torn");
    BlobCodec<String, String, Integer> failing =
        new BlobCodec<>() {
          @Override
          public Integer stub(String key, String value) {
            return codec.stub(key, value);
          }

          @Override
          public InputStream open(String key, String value) {
            return codec.open(key, value);
          }

          @Override
          public String join(String key, Integer stub, InputStream blob) throws IOException {
            if (key.equals(broken)) {
              throw failure;
            }
            return codec.join(key, stub, blob);
          }
        };

    failsAndNames(broken, () -> cache.restoreWithBlobs(view, failing, this::bring), failure);
  }

  @Test
  void aRestoreReplacesAllAndNotifiesListeners() throws Exception {
    fill(2);
    CacheView<String, Integer> view = cache.snapshotWithBlobs(codec, this::keep);
    cache.put("key-0", "5:newer");
    cache.put("goes", "6:x");
    Map<String, String> reported = new ConcurrentHashMap<>();
    try (var listener =
        cache.onStateChanged((key, old, now) -> reported.put(key, old + ">" + now))) {
      assertThat(listener).isNotNull();
      cache.restoreWithBlobs(view, codec, this::bring);
      Eventually.until(
          "notified", () -> reported.containsKey("goes") && reported.containsKey("key-0"));
    }
    assertThat(reported)
        .containsEntry("goes", "6:x>null")
        .containsEntry("key-0", "5:newer>" + value(0));
    assertThat(cache.asMap()).isEqualTo(Map.of("key-0", value(0), "key-1", value(1)));
  }
}
