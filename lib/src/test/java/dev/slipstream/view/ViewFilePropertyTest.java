package dev.slipstream.view;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/** What was written is what is read, whatever it is. */
class ViewFilePropertyTest {
  private Path directory;
  private Path file;

  @BeforeProperty
  void create() throws IOException {
    directory = Files.createTempDirectory("view");
    file = directory.resolve("view");
  }

  @AfterProperty
  void delete() throws IOException {
    Files.deleteIfExists(file);
    Files.delete(directory);
  }

  @Property
  void aRestoredCacheEqualsTheOriginal(
      @ForAll("caches") Map<String, EntryView<String, byte[]>> cache) throws Exception {
    MemoryViewable<String, byte[]> original = MemoryViewable.of(cache.values());
    MemoryViewable<String, byte[]> restored = MemoryViewable.of(other("left over"));

    long written = ViewFile.write(file, original, Samples.BYTES);
    long read = ViewFile.restore(file, restored, Samples.BYTES);

    assertThat(written).isEqualTo(cache.size());
    assertThat(read).isEqualTo(cache.size());
    assertEqual(restored.stored, cache);
  }

  @Property
  void aViewThatIsReadEqualsTheOneThatWasWritten(
      @ForAll("caches") Map<String, EntryView<String, byte[]>> cache) throws Exception {
    ViewFile.write(file, new CacheView<>(new ArrayList<>(cache.values())), Samples.BYTES);

    CacheView<String, byte[]> read = ViewFile.read(file, Samples.BYTES);

    assertEqual(byKey(read.entries()), cache);
  }

  @Property
  void aMergedCacheHasWhatEitherHadAndTheFileWins(
      @ForAll("caches") Map<String, EntryView<String, byte[]>> cache,
      @ForAll("caches") Map<String, EntryView<String, byte[]>> there)
      throws Exception {
    MemoryViewable<String, byte[]> target = MemoryViewable.of(there.values());
    ViewFile.write(file, MemoryViewable.of(cache.values()), Samples.BYTES);

    ViewFile.merge(file, target, Samples.BYTES);

    Map<String, EntryView<String, byte[]>> expected = new HashMap<>(there);
    expected.putAll(cache);
    assertEqual(target.stored, expected);
  }

  @Property
  void aCacheRestoredWithItsBlobsEqualsTheOriginal(
      @ForAll("caches") Map<String, EntryView<String, byte[]>> cache, @ForAll("splits") int split)
      throws Exception {
    EntryCodec<String, byte[]> codec = EntryCodec.withBlobs(Samples.BYTES, new SplitCodec(split));
    MemoryViewable<String, byte[]> restored = new MemoryViewable<>();

    ViewFile.write(file, MemoryViewable.of(cache.values()), codec);
    ViewFile.restore(file, restored, codec);

    assertEqual(restored.stored, cache);
  }

  @Property
  void aCacheRestoredFromAViewAndBlobsElsewhereEqualsTheOriginal(
      @ForAll("caches") Map<String, EntryView<String, byte[]>> cache, @ForAll("splits") int split)
      throws Exception {
    SplitCodec codec = new SplitCodec(split);
    Map<String, byte[]> elsewhere = new HashMap<>();
    MemoryViewable<String, byte[]> restored = MemoryViewable.of(other("left over"));

    CacheView<String, byte[]> stubs =
        Blobs.snapshot(
            MemoryViewable.of(cache.values()),
            codec,
            batch -> {
              for (Blob<String> blob : batch) {
                elsewhere.put(blob.key(), blob.stream().readAllBytes());
              }
            });
    Blobs.restore(restored, stubs, codec, key -> new ByteArrayInputStream(elsewhere.get(key)));

    assertEqual(restored.stored, cache);
  }

  @Provide
  Arbitrary<Map<String, EntryView<String, byte[]>>> caches() {
    return entries()
        .list()
        .ofMaxSize(150)
        .map(entries -> entries.stream().collect(toMap(EntryView::key, e -> e, (a, b) -> b)));
  }

  /** Lengths about the size of a block, and none, and few. */
  @Provide
  Arbitrary<Integer> splits() {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(0, 20),
        Arbitraries.integers().between(Layout.MAX_PAYLOAD - 60, Layout.MAX_PAYLOAD + 60),
        Arbitraries.integers().between(0, 3 * Layout.MAX_PAYLOAD));
  }

  private Arbitrary<EntryView<String, byte[]>> entries() {
    Arbitrary<String> keys = Arbitraries.strings().excludeChars(surrogates()).ofMaxLength(12);
    Arbitrary<byte[]> values =
        Arbitraries.frequencyOf(
            Tuple.of(30, Arbitraries.bytes().array(byte[].class).ofMaxSize(40)),
            Tuple.of(1, splits().map(ViewFilePropertyTest::bytes)));
    Arbitrary<Instant> times =
        Combinators.combine(
                Arbitraries.longs()
                    .between(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond()),
                Arbitraries.integers().between(0, 999_999_999))
            .as(Instant::ofEpochSecond)
            .withoutEdgeCases();
    Arbitrary<Duration> lifetimes =
        Combinators.combine(
                Arbitraries.longs().between(3600, Long.MAX_VALUE),
                Arbitraries.integers().between(0, 999_999_999))
            .as(Duration::ofSeconds)
            .withoutEdgeCases();
    return Combinators.combine(keys, values, times, lifetimes.injectNull(0.3)).as(EntryView::new);
  }

  private static char[] surrogates() {
    char[] surrogates = new char[Character.MAX_SURROGATE - Character.MIN_SURROGATE + 1];
    for (int i = 0; i < surrogates.length; i++) {
      surrogates[i] = (char) (Character.MIN_SURROGATE + i);
    }
    return surrogates;
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) length);
    return bytes;
  }

  private static EntryView<String, byte[]> other(String key) {
    return new EntryView<>(key, new byte[1], Samples.WRITTEN, null);
  }

  private static Map<String, EntryView<String, byte[]>> byKey(
      List<EntryView<String, byte[]>> entries) {
    return entries.stream().collect(toMap(EntryView::key, entry -> entry));
  }

  /** All but the time to live is the same; of that, no more passed than a test can take. */
  private static void assertEqual(
      Map<String, EntryView<String, byte[]>> actual,
      Map<String, EntryView<String, byte[]>> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    expected.forEach(
        (key, entry) -> {
          EntryView<String, byte[]> found = actual.get(key);
          assertThat(found).as(key).isNotNull();
          assertThat(found.value()).isEqualTo(entry.value());
          assertThat(found.writtenAt()).isEqualTo(entry.writtenAt());
          if (entry.expiresIn() == null) {
            assertThat(found.expiresIn()).isNull();
          } else {
            assertThat(found.expiresIn())
                .isBetween(entry.expiresIn().minusSeconds(60), entry.expiresIn());
          }
        });
  }
}
