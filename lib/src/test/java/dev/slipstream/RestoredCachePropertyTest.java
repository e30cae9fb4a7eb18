package dev.slipstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Expiry;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.view.Blob;
import dev.slipstream.view.BlobCodec;
import dev.slipstream.view.CacheView;
import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.EntryView;
import dev.slipstream.view.ValueCodec;
import dev.slipstream.view.ViewFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.jspecify.annotations.Nullable;

/**
 * A restored cache equals the original, whatever was put, fetched, refreshed and invalidated, and
 * however long ago. A value lives as many minutes as its last digit says, 0 means forever. The
 * clock moves by whole minutes, so a file may take less than a minute of the wall clock's.
 */
class RestoredCachePropertyTest {
  private static final EntryCodec<String, String> PLAIN =
      EntryCodec.of(ValueCodec.string(), ValueCodec.string());
  private static final LastCharacter SPLIT = new LastCharacter();
  private static final Predicate<String> PARTITION = key -> key.compareTo("e") < 0;

  private static final Duration AGES = Duration.ofDays(100 * 365);

  private Path directory;
  private Path file;

  @BeforeProperty
  void create() throws IOException {
    directory = Files.createTempDirectory("restored");
    file = directory.resolve("view");
  }

  @AfterProperty
  void delete() throws IOException {
    Files.deleteIfExists(file);
    Files.delete(directory);
  }

  /** The last character of a value is its stub. */
  private static final class LastCharacter implements BlobCodec<String, String, String> {
    @Override
    public String stub(String key, String value) {
      return value.substring(value.length() - 1);
    }

    @Override
    public InputStream open(String key, String value) {
      return new ByteArrayInputStream(value.substring(0, value.length() - 1).getBytes(UTF_8));
    }

    @Override
    public String join(String key, String stub, InputStream blob) throws IOException {
      return new String(blob.readAllBytes(), UTF_8) + stub;
    }
  }

  enum What {
    PUT,
    FETCH,
    REFRESH,
    INVALIDATE,
    WAIT
  }

  record Step(What what, String key, String value) {
    int minutes() {
      return value.charAt(value.length() - 1) - '0';
    }
  }

  /**
   * A cache on a clock of its own, and beside it what it is to hold, with the minute of its end.
   */
  private static final class Modelled implements AutoCloseable {
    final FakeTicker ticker = new FakeTicker();
    final CoalescingCache<String, String> cache =
        CoalescingCache.builder()
            .ticker(ticker)
            .expireAfter(
                Expiry.<String, String>writing(
                    (key, value) -> lifetime(value.charAt(value.length() - 1) - '0')))
            .build();
    final Map<String, Step> model = new HashMap<>();
    final Map<String, Integer> ends = new HashMap<>();
    int now;

    private static Duration lifetime(int minutes) {
      return minutes == 0 ? Duration.ofNanos(Long.MAX_VALUE) : Duration.ofMinutes(minutes);
    }

    static Modelled after(List<Step> steps) {
      Modelled modelled = new Modelled();
      steps.forEach(modelled::take);
      return modelled;
    }

    private void take(Step step) {
      String key = step.key;
      String value = step.value;
      switch (step.what) {
        case PUT -> {
          cache.put(key, value);
          store(step);
        }
        case FETCH -> {
          String there = model.containsKey(key) ? model.get(key).value : value;
          assertThat(cache.get(key, k -> value)).isEqualTo(there);
          if (!model.containsKey(key)) {
            store(step);
          }
        }
        case REFRESH -> {
          assertThat(Eventually.value(cache.refresh(key, k -> value))).isEqualTo(value);
          store(step);
        }
        case INVALIDATE -> {
          cache.invalidate(key);
          model.remove(key);
        }
        case WAIT -> pass(step.minutes());
        default -> throw new AssertionError(step);
      }
    }

    private void store(Step step) {
      model.put(step.key, step);
      ends.put(step.key, step.minutes() == 0 ? Integer.MAX_VALUE : now + step.minutes());
    }

    void pass(int minutes) {
      ticker.advance(Duration.ofMinutes(minutes));
      now += minutes;
      model.keySet().removeIf(key -> ends.get(key) <= now);
    }

    /** Takes over what another has, as a restore into this cache is to do. */
    void adopt(Modelled other, Predicate<String> partition) {
      other.model.forEach(
          (key, step) -> {
            if (partition.test(key)) {
              model.put(key, step);
              int end = other.ends.get(key);
              ends.put(key, end == Integer.MAX_VALUE ? end : end - other.now + now);
            }
          });
    }

    @Nullable Duration remaining(String key) {
      int end = ends.get(key);
      return end == Integer.MAX_VALUE ? null : Duration.ofMinutes(end - now);
    }

    Map<String, String> values() {
      Map<String, String> values = new HashMap<>();
      model.forEach((key, step) -> values.put(key, step.value));
      return values;
    }

    /** The cache is as the model, now and for the next ten minutes; some time may be lost. */
    void check(Duration lost) {
      Map<String, EntryView<String, String>> seen = new HashMap<>();
      cache
          .snapshot()
          .entries()
          .forEach(entry -> assertThat(seen.put(entry.key(), entry)).isNull());
      assertThat(seen.keySet()).isEqualTo(model.keySet());
      seen.forEach((key, entry) -> checkRemaining(entry, remaining(key), lost));
      for (int i = 0; i < 10; i++) {
        assertThat(new HashMap<>(cache.asMap())).as("after %d minutes", i).isEqualTo(values());
        model.forEach((key, step) -> assertThat(cache.getIfPresent(key)).isEqualTo(step.value));
        pass(1);
      }
      cache.cleanUp();
      assertThat(cache.estimatedSize()).isEqualTo(model.size());
    }

    private static void checkRemaining(
        EntryView<String, String> entry, @Nullable Duration expected, Duration lost) {
      if (expected == null) {
        assertThat(entry.expiresIn())
            .satisfiesAnyOf(
                left -> assertThat(left).isNull(), left -> assertThat(left).isGreaterThan(AGES));
      } else {
        assertThat(entry.expiresIn()).isBetween(expected.minus(lost), expected);
      }
    }

    @Override
    public void close() {
      cache.close();
    }
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<String> keys = Arbitraries.strings().withChars("abcdefgh").ofLength(1);
    Arbitrary<String> values = Arbitraries.integers().between(0, 999).map(number -> "v" + number);
    return Combinators.combine(Arbitraries.of(What.class), keys, values)
        .as(Step::new)
        .list()
        .ofMaxSize(40);
  }

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  void byAView(@ForAll("steps") List<Step> steps, @ForAll("steps") List<Step> others) {
    try (Modelled original = Modelled.after(steps);
        Modelled restored = Modelled.after(others)) {
      restored.cache.restore(original.cache.snapshot());
      restored.model.clear();
      restored.adopt(original, key -> true);

      restored.check(Duration.ZERO);
      original.check(Duration.ZERO);
    }
  }

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  void aPartition(@ForAll("steps") List<Step> steps, @ForAll("steps") List<Step> others) {
    try (Modelled original = Modelled.after(steps);
        Modelled restored = Modelled.after(others)) {
      restored.cache.restore(PARTITION, original.cache.snapshot(PARTITION));
      restored.model.keySet().removeIf(PARTITION);
      restored.adopt(original, PARTITION);

      restored.check(Duration.ZERO);
    }
  }

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  void aMerge(@ForAll("steps") List<Step> steps, @ForAll("steps") List<Step> others) {
    try (Modelled original = Modelled.after(steps);
        Modelled restored = Modelled.after(others)) {
      restored.cache.merge(original.cache.snapshot());
      restored.adopt(original, key -> true);

      restored.check(Duration.ZERO);
    }
  }

  @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
  void byBlobsElsewhere(@ForAll("steps") List<Step> steps, @ForAll("steps") List<Step> others)
      throws IOException {
    try (Modelled original = Modelled.after(steps);
        Modelled restored = Modelled.after(others)) {
      Map<String, byte[]> elsewhere = new HashMap<>();
      CacheView<String, String> stubs =
          original.cache.snapshotWithBlobs(
              SPLIT,
              batch -> {
                for (Blob<String> blob : batch) {
                  elsewhere.put(blob.key(), blob.stream().readAllBytes());
                }
              });
      restored.cache.restoreWithBlobs(
          stubs, SPLIT, key -> new ByteArrayInputStream(elsewhere.get(key)));
      restored.model.clear();
      restored.adopt(original, key -> true);

      restored.check(Duration.ofMinutes(1));
    }
  }

  @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
  void byAFile(@ForAll("steps") List<Step> steps, @ForAll("steps") List<Step> others)
      throws IOException {
    restoreByAFile(steps, others, PLAIN);
  }

  @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
  void byAFileWithBlobs(@ForAll("steps") List<Step> steps, @ForAll("steps") List<Step> others)
      throws IOException {
    restoreByAFile(steps, others, EntryCodec.withBlobs(PLAIN, SPLIT));
  }

  private void restoreByAFile(List<Step> steps, List<Step> others, EntryCodec<String, String> codec)
      throws IOException {
    try (Modelled original = Modelled.after(steps);
        Modelled restored = Modelled.after(others);
        Modelled merged = Modelled.after(others)) {
      int size = original.model.size();
      assertThat(ViewFile.write(file, original.cache, codec)).isEqualTo(size);
      assertThat(ViewFile.restore(file, restored.cache, codec)).isEqualTo(size);
      assertThat(ViewFile.merge(file, merged.cache, codec)).isEqualTo(size);
      restored.model.clear();
      restored.adopt(original, key -> true);
      merged.adopt(original, key -> true);

      restored.check(Duration.ofMinutes(1));
      merged.check(Duration.ofMinutes(1));
    }
  }

  @Property(tries = 10, edgeCases = EdgeCasesMode.NONE)
  void aPartitionByAFile(@ForAll("steps") List<Step> steps, @ForAll("steps") List<Step> others)
      throws IOException {
    try (Modelled original = Modelled.after(steps);
        Modelled restored = Modelled.after(others)) {
      ViewFile.write(file, original.cache.snapshot(PARTITION), PLAIN);
      ViewFile.restore(file, restored.cache, PARTITION, PLAIN);
      restored.model.keySet().removeIf(PARTITION);
      restored.adopt(original, PARTITION);

      restored.check(Duration.ofMinutes(1));
    }
  }
}
