package dev.slipstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.Race;
import dev.slipstream.view.BlobCodec;
import dev.slipstream.view.CacheView;
import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.EntryView;
import dev.slipstream.view.ValueCodec;
import dev.slipstream.view.ViewFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A restore by a file or with blobs fences as one by a view does, and no restore blocks anybody.
 */
class RestoreFencingTest {
  private static final EntryCodec<String, String> CODEC =
      EntryCodec.of(ValueCodec.string(), ValueCodec.string());

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private @TempDir Path directory;

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  /** Ways to restore beside those of {@link Write}. The key is "k", the other one "other". */
  enum Way {
    FILE("written") {
      @Override
      void to(CoalescingCache<String, String> cache, Path file) throws IOException {
        ViewFile.write(file, view("k", "other"), CODEC);
        assertThat(ViewFile.restore(file, cache, CODEC)).isEqualTo(2);
      }
    },
    FILE_WITHOUT_THE_KEY(null) {
      @Override
      void to(CoalescingCache<String, String> cache, Path file) throws IOException {
        ViewFile.write(file, view("other"), CODEC);
        assertThat(ViewFile.restore(file, cache, CODEC)).isEqualTo(1);
      }
    },
    FILE_OF_A_PARTITION("written") {
      @Override
      void to(CoalescingCache<String, String> cache, Path file) throws IOException {
        ViewFile.write(file, view("k"), CODEC);
        assertThat(ViewFile.restore(file, cache, "k"::equals, CODEC)).isEqualTo(1);
      }
    },
    MERGED_FILE("written") {
      @Override
      void to(CoalescingCache<String, String> cache, Path file) throws IOException {
        ViewFile.write(file, view("k"), CODEC);
        assertThat(ViewFile.merge(file, cache, CODEC)).isEqualTo(1);
      }
    },
    BLOBS("written") {
      @Override
      void to(CoalescingCache<String, String> cache, Path file) throws IOException {
        cache.restoreWithBlobs(
            new CacheView<>(List.of(new EntryView<>("k", "writ", Instant.now(), null))),
            new FirstFour(),
            key -> new ByteArrayInputStream("ten".getBytes(UTF_8)));
      }
    };

    final @Nullable String value;

    Way(@Nullable String value) {
      this.value = value;
    }

    abstract void to(CoalescingCache<String, String> cache, Path file) throws IOException;
  }

  /** The first four characters are the stub. */
  private static final class FirstFour implements BlobCodec<String, String, String> {
    @Override
    public String stub(String key, String value) {
      return value.substring(0, 4);
    }

    @Override
    public InputStream open(String key, String value) {
      return new ByteArrayInputStream(value.substring(4).getBytes(UTF_8));
    }

    @Override
    public String join(String key, String stub, InputStream blob) throws IOException {
      return stub + new String(blob.readAllBytes(), UTF_8);
    }
  }

  private static CacheView<String, String> view(String... keys) {
    return new CacheView<>(
        Stream.of(keys).map(key -> new EntryView<>(key, "written", Instant.now(), null)).toList());
  }

  static Stream<Arguments> waysAndEntryPoints() {
    return Stream.of(Way.values())
        .flatMap(
            way -> Stream.of(EntryPoint.values()).map(entryPoint -> Arguments.of(way, entryPoint)));
  }

  @ParameterizedTest
  @MethodSource("waysAndEntryPoints")
  void aFetchInFlightIsFencedWhateverItsEntryPoint(Way way, EntryPoint entryPoint)
      throws Exception {
    cache.put("k", "base");
    if (entryPoint != EntryPoint.REFRESH) {
      cache.invalidate("k");
    }
    Entry<String> caller = entryPoint.enter(cache, "k", loader);

    way.to(cache, directory.resolve("view"));

    assertThat(cache.inFlight()).hasSize(1).allMatch(InFlight::fenced);
    assertThat(cache.joinIfInFlight("k")).as("nobody joins it").isNull();
    loader.run().complete("late");
    assertThat(caller.value()).isEqualTo("late");
    assertThat(cache.getIfPresent("k")).isEqualTo(way.value);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aPrefetchInFlightIsFenced(Way way) throws Exception {
    cache.prefetch("k", loader.async());

    way.to(cache, directory.resolve("view"));

    assertThat(cache.inFlight()).hasSize(1).allMatch(InFlight::fenced);
    loader.run().complete("late");
    assertThat(cache.getIfPresent("k")).isEqualTo(way.value);
  }

  @ParameterizedTest
  @EnumSource(
      value = Write.class,
      names = {"RESTORE", "RESTORE_WITHOUT_THE_KEY", "RESTORE_A_PARTITION", "MERGE"})
  void aPrefetchInFlightIsFencedByAViewToo(Write write) {
    cache.prefetch("k", loader.async());

    write.to(cache);

    assertThat(cache.inFlight()).hasSize(1).allMatch(InFlight::fenced);
    loader.run().complete("late");
    assertThat(cache.getIfPresent("k")).isEqualTo(write.value);
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void aMergeThatDoesNotHaveTheKeyFencesNothing(EntryPoint entryPoint) {
    Entry<String> caller = entryPoint.enter(cache, "k", loader);

    cache.merge(view("other"));

    assertThat(cache.inFlight()).hasSize(1).noneMatch(InFlight::fenced);
    loader.run().complete("fetched");
    assertThat(caller.value()).isEqualTo("fetched");
    assertThat(cache.getIfPresent("k")).isEqualTo("fetched");
  }

  @Test
  void aMarkOfAbsenceIsClearedByARestore() {
    CoalescingCache<String, String> remembering =
        caches.cache(builder -> builder.absentTtl(Duration.ofMinutes(1)));
    assertThat(remembering.get("k", key -> null)).isNull();
    assertThat(remembering.get("gone", key -> null)).isNull();

    remembering.restore(view("k"));

    assertThat(remembering.get("k", key -> "never")).isEqualTo("written");
    assertThat(remembering.get("gone", key -> "asked again")).isEqualTo("asked again");
  }

  @Test
  void oneThatStandsStillHoldsUpNobody() {
    cache.putAll(Map.of("a", "old", "b", "old", "c", "old"));
    FetchHandle<String> flying = cache.getOrFetch("flying", loader.async());
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Iterator<EntryView<String, String>> entries = view("a", "b").entries().iterator();
    Iterator<EntryView<String, String>> stopping =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return entries.hasNext();
          }

          @Override
          public EntryView<String, String> next() {
            EntryView<String, String> next = entries.next();
            if (next.key().equals("b")) {
              entered.countDown();
              Eventually.opens(release);
            }
            return next;
          }
        };
    Caller<Boolean> restore =
        Caller.start(
            () -> {
              cache.restore(key -> !key.equals("flying"), stopping);
              return true;
            });
    Eventually.opens(entered);

    assertThat(cache.getIfPresent("a")).isEqualTo("written");
    assertThat(cache.getIfPresent("b")).isEqualTo("old");
    cache.put("a", "newer");
    cache.invalidate("c");
    assertThat(cache.get("d", key -> "fetched")).isEqualTo("fetched");
    loader.run().complete("landed");
    assertThat(flying).isCompletedWithValue("landed");
    assertThat(cache.snapshot().entries()).hasSize(4);
    cache.merge(view("e"));
    assertThat(restore.isReturned()).isFalse();

    release.countDown();
    assertThat(restore.value()).isTrue();
    assertThat(cache.getIfPresent("b")).isEqualTo("written");
    assertThat(cache.getIfPresent("flying")).as("is of another partition").isEqualTo("landed");
  }

  /** G10: a call after the restore has returned sees what it stored, or newer. */
  @Test
  void aFetchThatMeetsARestoreIsNeverWhatIsCachedAfterwards() {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 2_000); i++) {
        CompletableFuture<String> promise = new CompletableFuture<>();
        boolean removes = i % 2 == 0;
        FetchHandle<String> handle = cache.refresh("k", (key, context) -> promise);
        race.run(
            () -> cache.restore(removes ? view("other") : view("k")),
            () -> promise.complete("older"));

        assertThat(Eventually.value(handle)).isEqualTo("older");
        assertThat(cache.getIfPresent("k")).isEqualTo(removes ? null : "written");
      }
    }
  }
}
