package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.view.CacheView;
import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.EntryView;
import dev.slipstream.view.ValueCodec;
import dev.slipstream.view.ViewFile;
import dev.slipstream.view.ViewFormatException;
import dev.slipstream.watch.StateListenerHandle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A cache that is restored from a file: from a good one within its bounds, from a bad one not. */
class ViewFileCacheTest {
  private static final EntryCodec<String, String> CODEC =
      EntryCodec.of(ValueCodec.string(), ValueCodec.string());
  private static final Duration HOUR = Duration.ofHours(1);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private @TempDir Path directory;
  private Path file;

  private final long seed = System.nanoTime();
  private final FakeTicker ticker = new FakeTicker();
  private final CoalescingCache<String, String> cache =
      caches.cache(builder -> builder.eventJournal(100).absentTtl(HOUR));
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final List<String> reported = new CopyOnWriteArrayList<>();

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("view");
  }

  private static CacheView<String, String> view(int entries, int length) {
    return new CacheView<>(
        IntStream.range(0, entries)
            .mapToObj(i -> new EntryView<>("k" + i, "v".repeat(length), Instant.now(), null))
            .toList());
  }

  /** Does what must fail, and checks that the cache does not show it. */
  private void leavesTheCacheAsItIs(List<ThrowingCallable> failing, Class<?> failure) {
    cache.putAll(Map.of("k0", "old", "stays", "old"));
    assertThat(cache.get("absent", key -> null)).isNull();
    FetchHandle<String> flying = cache.getOrFetch("k1", loader.async());
    Map<String, String> before = Map.copyOf(cache.asMap());
    long events = cache.events().lastSequence();
    try (StateListenerHandle listener = cache.onStateChanged((key, old, now) -> reported.add(key));
        var changes = cache.changes().subscribe("k0")) {
      assertThat(listener).isNotNull();
      for (int i = 0; i < failing.size(); i++) {
        assertThatThrownBy(failing.get(i)).as("case %d, seed %d", i, seed).isInstanceOf(failure);
      }

      assertThat(changes.hasChanged()).isFalse();
      assertThat(cache.inFlight()).hasSize(1).noneMatch(InFlight::fenced);
      assertThat(cache.asMap()).isEqualTo(before);
      assertThat(cache.events().lastSequence()).isEqualTo(events);
      assertThat(cache.get("absent", key -> "never")).as("a known absence").isNull();
      loader.run().complete("fetched");
      assertThat(flying).isCompletedWithValue("fetched");
      assertThat(cache.getIfPresent("k1")).as("the fetch is stored").isEqualTo("fetched");
      Eventually.until("the listener gets the fetch", () -> !reported.isEmpty());
      assertThat(reported).containsExactly("k1");
    }
  }

  @Test
  void aDamagedFileLeavesTheCacheUntouched() throws IOException {
    Path good = directory.resolve("good");
    ViewFile.write(good, view(3_000, 20), CODEC);
    byte[] bytes = Files.readAllBytes(good);
    Random random = new Random(seed);
    List<ThrowingCallable> failing = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 40; i++) {
      byte[] bad = bytes.clone();
      int at = i < 3 ? bytes.length - 1 - i : random.nextInt(bytes.length);
      if (i % 2 == 0) {
        bad[at] ^= (byte) (1 << random.nextInt(8));
      } else {
        bad = Arrays.copyOf(bytes, at);
      }
      byte[] damaged = bad;
      boolean merges = random.nextBoolean();
      failing.add(
          () -> {
            Files.write(file, damaged);
            if (merges) {
              ViewFile.merge(file, cache, CODEC);
            } else {
              ViewFile.restore(file, cache, CODEC);
            }
          });
    }

    leavesTheCacheAsItIs(failing, ViewFormatException.class);
  }

  @Test
  void aCodecThatFailsAtTheLastEntryLeavesTheCacheUntouched() throws IOException {
    ViewFile.write(file, view(3_000, 20), CODEC);
    ValueCodec<String> keys =
        ValueCodec.string()
            .mapped(
                key -> key,
                key -> {
                  if (key.equals("k2999")) {
                    throw new IllegalStateException("a key from the future");
                  }
                  return key;
                });

    leavesTheCacheAsItIs(
        List.of(
            () -> ViewFile.restore(file, cache, EntryCodec.of(keys, ValueCodec.string())),
            () -> ViewFile.merge(file, cache, EntryCodec.of(keys, ValueCodec.string()))),
        ViewFormatException.class);
  }

  @Test
  void aKeyOutsideOfThePartitionLeavesTheCacheUntouched() throws IOException {
    ViewFile.write(file, view(3_000, 20), CODEC);

    leavesTheCacheAsItIs(
        List.of(() -> ViewFile.restore(file, cache, key -> !key.equals("k2999"), CODEC)),
        IllegalArgumentException.class);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ViewFile.restore(file, cache, key -> !key.equals("k2999"), CODEC))
        .withMessageContaining("k2999");
  }

  @Test
  void aMissingFileLeavesTheCacheUntouched() {
    leavesTheCacheAsItIs(
        List.of(() -> ViewFile.restore(file, cache, CODEC)), NoSuchFileException.class);
  }

  @Test
  void timesToLiveGoOnAcrossTheFile() throws IOException {
    CoalescingCache<String, String> original = expiring();
    original.put("older", "v");
    ticker.advance(Duration.ofMinutes(40));
    original.put("younger", "v");
    assertThat(ViewFile.write(file, original, CODEC)).isEqualTo(2);
    CoalescingCache<String, String> restored = expiring();
    restored.put("gone", "v");

    assertThat(ViewFile.restore(file, restored, CODEC)).isEqualTo(2);

    assertThat(restored.snapshot().entries())
        .allSatisfy(
            entry -> {
              Duration left = entry.key().equals("older") ? Duration.ofMinutes(20) : HOUR;
              assertThat(entry.expiresIn()).isBetween(left.minusMinutes(1), left);
              assertThat(entry.writtenAt())
                  .isBetween(
                      Instant.now().minus(HOUR).plus(left).minusSeconds(60),
                      Instant.now().minus(HOUR).plus(left).plusSeconds(1));
            });
    ticker.advance(Duration.ofMinutes(19));
    assertThat(restored.asMap()).containsOnlyKeys("older", "younger");
    ticker.advance(Duration.ofMinutes(1));
    assertThat(restored.getIfPresent("older")).isNull();
    assertThat(restored.getIfPresent("younger")).isEqualTo("v");
    ticker.advance(Duration.ofMinutes(40));
    assertThat(restored.snapshot().entries()).isEmpty();
  }

  private CoalescingCache<String, String> expiring() {
    return caches.cache(builder -> builder.expireAfterWrite(HOUR).ticker(ticker));
  }

  @Test
  void neitherAFetchInFlightNorWhatHasExpiredNorAnAbsenceIsWritten() throws IOException {
    CoalescingCache<String, String> original =
        caches.cache(builder -> builder.expireAfterWrite(HOUR).absentTtl(HOUR).ticker(ticker));
    original.put("expired", "v");
    ticker.advance(HOUR);
    original.put("there", "v");
    assertThat(original.get("absent", key -> null)).isNull();
    FetchHandle<String> flying = original.getOrFetch("flying", loader.async());

    assertThat(ViewFile.write(file, original, CODEC)).isEqualTo(1);

    assertThat(ViewFile.read(file, CODEC).entries())
        .extracting(EntryView::key)
        .containsExactly("there");
    assertThat(original.inFlight()).noneMatch(InFlight::fenced);
    flying.cancel(true);
  }

  @Test
  void boundsHold() throws IOException {
    ViewFile.write(file, view(1_000, 7), CODEC);
    CoalescingCache<String, String> small = caches.cache(builder -> builder.maximumSize(10));
    CoalescingCache<String, String> light =
        caches.track(
            CoalescingCache.builder()
                .name("test")
                .recordStats()
                .maximumWeight(100)
                .weigher((String key, String value) -> value.length())
                .build());
    for (CoalescingCache<String, String> bounded : List.of(small, light)) {
      ViewFile.restore(file, bounded, CODEC);
      bounded.cleanUp();
      assertThat(bounded.asMap()).hasSizeBetween(1, bounded == small ? 10 : 14);

      ViewFile.merge(file, bounded, CODEC);
      bounded.restore(view(1_000, 7));
      bounded.merge(view(1_000, 7));
      bounded.cleanUp();
      assertThat(bounded.asMap()).hasSizeBetween(1, bounded == small ? 10 : 14);
    }
    assertThat(small.stats().evictionCount()).isPositive();
  }

  @Test
  void whatIsTooHeavyDoesNotStay() throws IOException {
    CoalescingCache<String, String> light =
        caches.track(
            CoalescingCache.builder()
                .maximumWeight(10)
                .weigher((String key, String value) -> value.length())
                .build());
    light.restore(view(1, 11));
    light.cleanUp();

    assertThat(light.asMap()).isEmpty();
  }

  @Test
  void aClosedCacheIsWrittenButNotRestored() throws IOException {
    cache.put("k", "v");
    cache.close();

    assertThat(ViewFile.write(file, cache, CODEC)).isEqualTo(1);
    assertThatThrownBy(() -> ViewFile.restore(file, cache, CODEC))
        .isInstanceOf(CacheClosedException.class);
    assertThatThrownBy(() -> ViewFile.merge(file, cache, CODEC))
        .isInstanceOf(CacheClosedException.class);
    assertThatThrownBy(() -> cache.restore(view(1, 1))).isInstanceOf(CacheClosedException.class);
    assertThatThrownBy(() -> cache.merge(view(1, 1))).isInstanceOf(CacheClosedException.class);
    assertThat(cache.asMap()).isEqualTo(Map.of("k", "v"));
  }

  @Test
  void aCodecThatFailsToWriteLeavesTheOldFileAndTheCache() throws IOException {
    cache.put("k", "v");
    ViewFile.write(file, cache, CODEC);
    byte[] old = Files.readAllBytes(file);
    EntryCodec<String, String> failing =
        EntryCodec.of(
            ValueCodec.string(),
            ValueCodec.string()
                .mapped(
                    value -> {
                      throw new IllegalStateException("unwritable");
                    },
                    value -> value));

    assertThatThrownBy(() -> ViewFile.write(file, cache, failing))
        .isInstanceOf(ViewFormatException.class);

    assertThat(file).hasBinaryContent(old);
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
    try (InputStream in = Files.newInputStream(file)) {
      assertThat(in.readNBytes(8)).asString().isEqualTo("SLIPVIEW");
    }
    assertThat(cache.asMap()).isEqualTo(Map.of("k", "v"));
  }
}
