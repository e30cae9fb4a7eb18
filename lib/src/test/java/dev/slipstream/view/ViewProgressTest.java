package dev.slipstream.view;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.slipstream.view.ViewProgress.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A listener is told block by block, and cannot do harm. */
class ViewProgressTest {
  private static final int MANY = 10_000;

  private record Told(Step step, long entries, long bytes, Thread thread) {}

  private final Logger logger = (Logger) LoggerFactory.getLogger(ViewFile.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final List<Told> told = new ArrayList<>();
  private final ViewProgress listener =
      (step, entries, bytes) -> told.add(new Told(step, entries, bytes, Thread.currentThread()));
  private final MemoryViewable<String, String> cache =
      MemoryViewable.of(Samples.view(MANY).entries());

  private @TempDir Path directory;
  private Path file;

  @BeforeEach
  void listen() {
    file = directory.resolve("view");
    log.start();
    logger.addAppender(log);
    logger.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
    logger.setAdditive(true);
  }

  @Test
  void writingIsToldAfterEachBlockAndAtTheEnd() throws Exception {
    ViewFile.write(file, cache, Samples.STRINGS, listener);

    assertTold(Step.WRITING);
    assertThat(told).hasSizeGreaterThan(5);
  }

  @Test
  void readingIsReportedAfterEachBlockAndAtTheEnd() throws Exception {
    ViewFile.write(file, cache, Samples.STRINGS);
    ViewFile.read(file, Samples.STRINGS, listener);

    assertTold(Step.READING);
    assertThat(told).hasSizeGreaterThan(5);
  }

  @Test
  void restoringIsReportedInBothPasses() throws Exception {
    ViewFile.write(file, cache, Samples.STRINGS);
    ViewFile.restore(file, new MemoryViewable<>(), Samples.STRINGS, listener);

    List<Told> all = List.copyOf(told);
    told.removeIf(t -> t.step() != Step.VERIFYING);
    assertThat(told).isEqualTo(all.subList(0, told.size()));
    assertTold(Step.VERIFYING);
    told.clear();
    told.addAll(all);
    told.removeIf(t -> t.step() == Step.VERIFYING);
    assertTold(Step.RESTORING);
  }

  @Test
  void aBlobOfManyBlocksIsReportedWhileItIsWritten() throws Exception {
    cache.stored.clear();
    cache.stored.put("key", Samples.entry("key", "stub\n" + "x".repeat(1_000_000)));

    ViewFile.write(file, cache, Samples.WITH_BLOBS, listener);

    assertThat(told).filteredOn(t -> t.entries() == 0).hasSizeGreaterThan(10);
    assertThat(told.get(told.size() - 1).entries()).isOne();
  }

  @Test
  void aListenerThatThrowsIsLoggedOnceAndTheWorkGoesOn() throws Exception {
    for (Throwable thrown : List.of(new IllegalStateException("broken"), new AssertionError())) {
      told.clear();
      log.list.clear();
      ViewProgress throwing =
          (step, entries, bytes) -> {
            listener.progressed(step, entries, bytes);
            if (thrown instanceof Error e) {
              throw e;
            }
            throw (RuntimeException) thrown;
          };

      ViewFile.write(file, cache, Samples.STRINGS, throwing);

      assertThat(told).hasSize(1);
      assertThat(log.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .singleElement()
          .asString()
          .contains("WRITING", "not called again");
      MemoryViewable<String, String> target = new MemoryViewable<>();
      ViewFile.restore(file, target, Samples.STRINGS, throwing);
      assertThat(target.stored).isEqualTo(cache.stored);
    }
  }

  private void assertTold(Step step) throws Exception {
    Told last = told.get(0);
    for (Told next : told) {
      assertThat(next.step()).isEqualTo(step);
      assertThat(next.thread()).isEqualTo(Thread.currentThread());
      assertThat(next.entries()).isGreaterThanOrEqualTo(last.entries());
      assertThat(next.bytes()).isGreaterThanOrEqualTo(last.bytes());
      assertThat(next.bytes() - last.bytes())
          .isLessThanOrEqualTo(Layout.MAX_PAYLOAD + Layout.BLOCK_HEAD);
      last = next;
    }
    assertThat(last.entries()).isEqualTo(MANY);
    assertThat(last.bytes()).isEqualTo(Files.size(file));
  }
}
