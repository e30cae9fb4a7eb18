package dev.slipstream.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large values are handed out and fetched one minibatch after another, and nothing stays open. */
class BlobsTest {
  private final TrackingCodec codec = new TrackingCodec();
  private final MemoryViewable<String, String> target =
      MemoryViewable.of(Samples.entry("old", "stays"));

  @AfterEach
  void nothingStaysOpen() {
    assertThat(codec.open).hasValue(0);
  }

  /** Counts the streams that are open, and fails where the test says so. */
  private static final class TrackingCodec implements BlobCodec<String, String, String> {
    final AtomicInteger open = new AtomicInteger();
    final Map<String, Exception> failures = new HashMap<>();

    InputStream track(byte[] bytes) {
      open.incrementAndGet();
      return new ByteArrayInputStream(bytes) {
        private boolean closed;

        @Override
        public void close() {
          if (!closed) {
            closed = true;
            open.decrementAndGet();
          }
        }
      };
    }

    @Override
    public String stub(String key, String value) throws IOException {
      fail("stub " + key);
      return Samples.LINES.stub(key, value);
    }

    @Override
    public InputStream open(String key, String value) throws IOException {
      fail("open " + key);
      return track(Samples.blob(value));
    }

    @Override
    public OptionalLong size(String key, String value) throws IOException {
      fail("size " + key);
      return key.equals("key-1") ? OptionalLong.of(100) : Samples.LINES.size(key, value);
    }

    @Override
    public String join(String key, String stub, InputStream blob) throws IOException {
      fail("join " + key);
      return Samples.LINES.join(key, stub, blob);
    }

    private void fail(String where) throws IOException {
      Exception failure = failures.get(where);
      if (failure instanceof IOException e) {
        throw e;
      }
      if (failure != null) {
        throw (RuntimeException) failure;
      }
    }
  }

  private static MemoryViewable<String, String> cache(int entries) {
    MemoryViewable<String, String> cache = MemoryViewable.of(Samples.view(entries + 2).entries());
    cache.stored.remove("key-1"); // Its size is a lie.
    cache.stored.remove("key-0");
    return cache;
  }

  @Test
  void batchesOf64AreHandedOutOneAfterAnother() throws Exception {
    List<List<Blob<String>>> batches = new ArrayList<>();
    Map<String, String> blobs = new HashMap<>();

    CacheView<String, String> view =
        Blobs.snapshot(
            cache(130),
            codec,
            batch -> {
              assertThat(codec.open).as("the batch before is closed").hasValue(0);
              batches.add(batch);
              for (Blob<String> blob : batch) {
                assertThat(blob.stream()).isSameAs(blob.stream());
                String read = new String(blob.stream().readAllBytes(), UTF_8);
                assertThat(blob.size()).hasValue(read.length());
                blobs.put(blob.key(), read);
              }
            });

    assertThat(batches).extracting(List::size).containsExactly(64, 64, 2);
    assertThatThrownBy(() -> batches.get(0).clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(view.entries()).hasSize(130);
    view.entries()
        .forEach(
            entry -> {
              assertThat(entry.value()).isEqualTo("value");
              assertThat("key-" + blobs.get(entry.key())).isEqualTo(entry.key());
            });
  }

  @Test
  void anEmptyCacheHasNoBatch() throws Exception {
    CacheView<String, String> view =
        Blobs.snapshot(
            new MemoryViewable<String, String>(),
            codec,
            batch -> {
              throw new AssertionError("no batch was due");
            });
    assertThat(view.entries()).isEmpty();
  }

  @Test
  void aStreamThatNobodyReadsIsNotOpenedAndOneThatIsReadTooLateSaysSo() throws Exception {
    codec.failures.put("open key-7", new IOException("opened"));
    List<Blob<String>> kept = new ArrayList<>();

    Blobs.snapshot(
        cache(10),
        codec,
        batch -> {
          kept.addAll(batch);
          kept.removeIf(blob -> blob.key().equals("key-7"));
          kept.get(1).stream().read();
        });

    for (Blob<String> late : kept) {
      assertThatThrownBy(() -> late.stream().read())
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll(late.key(), "before visit returns");
    }
  }

  @Test
  void aVisitorThatFailsIsTheCauseAndTheKeyItReadLastIsNamed() {
    IOException full = new IOException("no space left");
    assertThatExceptionOfType(BlobException.class)
        .isThrownBy(
            () ->
                Blobs.snapshot(
                    cache(10),
                    codec,
                    batch -> {
                      for (Blob<String> blob : batch) {
                        blob.stream().read();
                        if (blob.key().equals("key-5")) {
                          throw full;
                        }
                      }
                    }))
        .withCause(full)
        .withMessageContainingAll("key-5", "it threw a java.io.IOException")
        .satisfies(e -> assertThat(e.key()).isEqualTo("key-5"));
  }

  @Test
  void aVisitorThatFailsBeforeItReadsIsReportedWithTheFirstKeyAndTheSizeOfItsBatch() {
    RuntimeException thrown = new IllegalStateException("not today");
    List<Object> first = new ArrayList<>();
    assertThatExceptionOfType(BlobException.class)
        .isThrownBy(
            () ->
                Blobs.snapshot(
                    cache(10),
                    codec,
                    batch -> {
                      first.add(batch.get(0).key());
                      throw thrown;
                    }))
        .withCause(thrown)
        .withMessageContaining("10 blobs")
        .satisfies(e -> assertThat(e.key()).isEqualTo(first.get(0)));
  }

  @Test
  void anErrorOfAVisitorIsPassedOn() {
    assertThatThrownBy(
            () ->
                Blobs.snapshot(
                    cache(10),
                    codec,
                    batch -> {
                      batch.get(0).stream().read();
                      throw new AssertionError("broken");
                    }))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aCodecThatFailsIsTheCauseThoughTheVisitorSwallowsIt() {
    for (String where : List.of("stub", "open", "size")) {
      for (Exception thrown :
          List.of(new IOException("broken"), new IllegalStateException("broken"))) {
        codec.failures.clear();
        codec.failures.put(where + " key-5", thrown);
        assertThatExceptionOfType(BlobException.class)
            .as(where)
            .isThrownBy(() -> Blobs.snapshot(cache(10), codec, BlobsTest::readAllOrNone))
            .withCause(thrown)
            .withMessageContaining(where)
            .satisfies(e -> assertThat(e.key()).isEqualTo("key-5"));
      }
    }
  }

  @Test
  void aCodecThatFailsIsTheCauseThoughTheVisitorFailsOfIt() {
    IOException thrown = new IOException("broken");
    codec.failures.put("open key-5", thrown);
    assertThatExceptionOfType(BlobException.class)
        .isThrownBy(
            () ->
                Blobs.snapshot(
                    cache(10),
                    codec,
                    batch -> {
                      readAllOrNone(batch);
                      throw new IllegalStateException("I give up");
                    }))
        .withCause(thrown)
        .satisfies(e -> assertThat(e.key()).isEqualTo("key-5"));
  }

  @Test
  void aStubThatIsReadInPartIsRefused(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("view");
    ViewFile.write(file, Samples.view(1), Samples.WITH_BLOBS);
    ValueCodec<String> one =
        new ValueCodec<>() {
          @Override
          public void write(String value, OutputStream out) {
            throw new AssertionError("nothing is to be written");
          }

          @Override
          public String read(InputStream in) throws IOException {
            return Character.toString(in.read());
          }
        };
    EntryCodec<String, String> partly =
        EntryCodec.withBlobs(EntryCodec.of(ValueCodec.string(), one), Samples.LINES);

    assertThatExceptionOfType(ViewFormatException.class)
        .isThrownBy(() -> ViewFile.restore(file, target, partly))
        .withMessageContaining("left 4 bytes of the stub unread");
    assertThat(target.changes).isZero();
  }

  private static void readAllOrNone(List<Blob<String>> batch) {
    for (Blob<String> blob : batch) {
      try {
        blob.stream().readAllBytes();
      } catch (IOException | RuntimeException e) {
        // As if nothing had happened.
      }
    }
  }

  @Test
  void aBlobOfAnotherLengthThanItsSizeIsRefused() {
    MemoryViewable<String, String> cache =
        MemoryViewable.of(Samples.entry("key-1", "value\nshort"));
    assertThatExceptionOfType(BlobException.class)
        .isThrownBy(
            () -> Blobs.snapshot(cache, codec, batch -> batch.get(0).stream().readAllBytes()))
        .satisfies(e -> assertThat(e.key()).isEqualTo("key-1"))
        .havingCause()
        .withMessageContaining("has 5 bytes, its codec declared 100");
  }

  @Test
  void blobsAreFetchedInBatchesOf64ThatAreAnnouncedBefore() throws Exception {
    Set<String> prepared = new HashSet<>();
    List<Integer> batches = new ArrayList<>();
    BlobSource<String> source =
        new BlobSource<>() {
          @Override
          public void prepare(List<String> keys) {
            assertThat(prepared).as("the batch before is done").isEmpty();
            batches.add(keys.size());
            prepared.addAll(keys);
          }

          @Override
          public InputStream open(String key) {
            assertThat(codec.open).as("the blob before is closed").hasValue(0);
            assertThat(target.changes).as("all is fetched first").isZero();
            assertThat(prepared.remove(key)).isTrue();
            return codec.track(key.substring("key-".length()).getBytes(UTF_8));
          }
        };

    Blobs.restore(target, stubs(130), codec, source);

    assertThat(batches).containsExactly(64, 64, 2);
    assertThat(target.stored).isEqualTo(MemoryViewable.of(Samples.view(130).entries()).stored);
  }

  @Test
  void whatHasExpiredIsNotAskedFor() throws Exception {
    CacheView<String, String> stubs =
        new CacheView<>(
            List.of(
                Samples.entry("gone", "value", Duration.ZERO),
                Samples.entry("here", "value", Duration.ofHours(1))));
    List<String> asked = new ArrayList<>();

    Blobs.restore(
        target,
        stubs,
        codec,
        key -> {
          asked.add(key);
          return codec.track(new byte[0]);
        });

    assertThat(asked).containsExactly("here");
    assertThat(target.stored).containsOnlyKeys("here");
    assertThat(target.stored.get("here").expiresIn())
        .isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
  }

  @Test
  void aSourceThatFailsIsTheCauseAndTheCacheIsAsItWas() {
    FileNotFoundException missing = new FileNotFoundException("no such blob");
    assertRestoreFails(
            key -> {
              if (key.equals("key-5")) {
                throw missing;
              }
              return codec.track(new byte[0]);
            })
        .withCause(missing)
        .withMessageContainingAll("open", "key-5")
        .satisfies(e -> assertThat(e.key()).isEqualTo("key-5"));
  }

  @Test
  @SuppressWarnings("NullAway")
  void aSourceThatGivesNullFailsLikewise() {
    assertRestoreFails(key -> null).withMessageContainingAll("key-0", "null");
  }

  @Test
  void aSourceThatCannotPrepareFailsLikewise() {
    IllegalStateException thrown = new IllegalStateException("offline");
    assertRestoreFails(
            new BlobSource<>() {
              @Override
              public InputStream open(String key) {
                throw new AssertionError("it was not prepared");
              }

              @Override
              public void prepare(List<String> keys) {
                throw thrown;
              }
            })
        .withCause(thrown)
        .withMessageContainingAll("10 keys", "key-0");
  }

  @Test
  void aCodecThatCannotJoinFailsLikewise() {
    IllegalStateException thrown = new IllegalStateException("broken");
    codec.failures.put("join key-5", thrown);
    assertRestoreFails(key -> codec.track(new byte[0]))
        .withCause(thrown)
        .withMessageContainingAll("join", "key-5");
  }

  @Test
  void aViewFileWithBlobsClosesThemAlsoWhenTheyFail(@TempDir Path directory) {
    EntryCodec<String, String> entries = EntryCodec.withBlobs(Samples.STRINGS, codec);
    MemoryViewable<String, String> cache =
        MemoryViewable.of(Samples.entry("key-1", "value\nshort"));
    assertThatExceptionOfType(ViewFormatException.class)
        .isThrownBy(() -> ViewFile.write(directory.resolve("view"), cache, entries))
        .withMessageContainingAll("key-1", "declared 100");
  }

  private static CacheView<String, String> stubs(int entries) {
    List<EntryView<String, String>> stubs = new ArrayList<>(Samples.view(entries).entries());
    stubs.replaceAll(entry -> Samples.entry(entry.key(), "value"));
    return new CacheView<>(stubs);
  }

  private ThrowableAssertAlternative<BlobException> assertRestoreFails(BlobSource<String> source) {
    var failed =
        assertThatExceptionOfType(BlobException.class)
            .isThrownBy(() -> Blobs.restore(target, stubs(10), codec, source));
    assertThat(target.changes).isZero();
    return failed;
  }
}
