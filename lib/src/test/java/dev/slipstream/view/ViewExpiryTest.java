package dev.slipstream.view;

import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Times to live go on while nothing runs. */
class ViewExpiryTest {
  private static final Instant START = Instant.parse("2026-06-01T00:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  private @TempDir Path directory;
  private Path file;
  private final MemoryViewable<String, String> target = new MemoryViewable<>();

  @BeforeEach
  void name() {
    file = directory.resolve("view");
  }

  @Test
  void theTimeSinceTheFileWasWrittenIsTakenOff() throws Exception {
    write(Samples.entry("hour", "v", HOUR), Samples.entry("ever", "v"));

    assertThat(restoreAfter(Duration.ofMinutes(20))).isEqualTo(2);

    assertRemains("hour", Duration.ofMinutes(40));
    assertThat(target.stored.get("ever").expiresIn()).isNull();
    assertThat(target.stored.get("hour").writtenAt()).isEqualTo(Samples.WRITTEN);
  }

  @Test
  void whatExpiredMeanwhileIsLeftOut() throws Exception {
    write(Samples.entry("hour", "v", HOUR), Samples.entry("day", "v", Duration.ofDays(1)));

    assertThat(restoreAfter(HOUR)).isOne();

    assertThat(target.stored).containsOnlyKeys("day");
  }

  @Test
  void readLeavesOutAndTakesOffLikewise() throws Exception {
    write(Samples.entry("hour", "v", HOUR), Samples.entry("day", "v", Duration.ofDays(1)));

    List<EntryView<String, String>> read = reader(HOUR).read().entries();

    assertThat(read).extracting(EntryView::key).containsExactly("day");
    assertThat(read.get(0).expiresIn()).isCloseTo(Duration.ofHours(23), Duration.ofMinutes(1));
  }

  @Test
  void aClockThatWasSetBackTakesNothingOff() throws Exception {
    write(Samples.entry("hour", "v", HOUR));

    restoreAfter(Duration.ofDays(-7));

    assertRemains("hour", HOUR);
  }

  @Test
  void whatHasExpiredWhenItIsWrittenIsLeftOut() throws Exception {
    CacheView<String, String> view =
        new CacheView<>(
            List.of(
                Samples.entry("zero", "v", Duration.ZERO),
                Samples.entry("past", "v", Duration.ofSeconds(-1)),
                Samples.entry("hour", "v", HOUR)));

    assertThat(ViewFile.write(file, view, Samples.STRINGS)).isOne();
    assertThat(ViewFile.write(file, MemoryViewable.of(view.entries()), Samples.STRINGS)).isOne();
  }

  @Test
  void endlessTimesToLiveStayEndless() throws Exception {
    Duration endless = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
    write(Samples.entry("key", "v", endless));

    restoreAfter(HOUR);

    assertThat(target.stored.get("key").expiresIn()).isGreaterThan(Duration.ofDays(1L << 40));
  }

  @Test
  void anEntryThatIsLookedAtLateHasItsTimeFromThen() throws Exception {
    AtomicLong look = new AtomicLong();
    MemoryViewable<String, String> slow =
        new MemoryViewable<>() {
          @Override
          public Iterator<EntryView<String, String>> entries() {
            return Stream.of("early", "late").map(key -> lookAt(key, look)).iterator();
          }
        };
    writer().writeLive(slow);

    restoreAfter(Duration.ZERO);

    Duration early = target.stored.get("early").expiresIn();
    Duration late = target.stored.get("late").expiresIn();
    assertThat(late.minus(early)).isGreaterThan(Duration.ofMillis(30));
  }

  /** Looks at the late entry 40 ms after the early one, as the system's clock goes. */
  private static EntryView<String, String> lookAt(String key, AtomicLong early) {
    if (key.equals("early")) {
      early.set(System.nanoTime());
    } else {
      while (System.nanoTime() - early.get() < 40_000_000) {
        Thread.onSpinWait();
      }
    }
    return Samples.entry(key, "v", HOUR);
  }

  @SafeVarargs
  private void write(EntryView<String, String>... entries) throws Exception {
    writer().writeView(new CacheView<>(List.of(entries)));
  }

  private ViewWriter<String, String> writer() {
    return new ViewWriter<>(file, Samples.STRINGS, Progress.NONE, Clock.fixed(START, UTC));
  }

  private ViewReader<String, String> reader(Duration later) {
    return new ViewReader<>(
        file, Samples.STRINGS, Progress.NONE, Clock.fixed(START.plus(later), UTC));
  }

  private long restoreAfter(Duration later) throws Exception {
    return reader(later).restore(key -> true, entries -> target.restore(key -> true, entries));
  }

  private void assertRemains(String key, Duration remaining) {
    assertThat(target.stored.get(key).expiresIn()).isBetween(remaining.minusMinutes(1), remaining);
  }
}
