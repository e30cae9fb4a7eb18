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

/** A listener is called block by block, and cannot do harm. */
class ViewProgressTest {
  private static final int MANY = 10_000;

  private record Report(Step step, long entries, long bytes, Thread thread) {}

  private final Logger logger = (Logger) LoggerFactory.getLogger(ViewFile.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final List<Report> reports = new ArrayList<>();
  private final ViewProgress listener =
      (step, entries, bytes) ->
          reports.add(new Report(step, entries, bytes, Thread.currentThread()));
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
  void writingIsReportedAfterEachBlockAndAtTheEnd() throws Exception {
    ViewFile.write(file, cache, Samples.STRINGS, listener);

    assertReported(Step.WRITING);
    assertThat(reports).hasSizeGreaterThan(5);
  }

  @Test
  void readingIsReportedAfterEachBlockAndAtTheEnd() throws Exception {
    ViewFile.write(file, cache, Samples.STRINGS);
    ViewFile.read(file, Samples.STRINGS, listener);

    assertReported(Step.READING);
    assertThat(reports).hasSizeGreaterThan(5);
  }

  @Test
  void restoringIsReportedInBothPasses() throws Exception {
    ViewFile.write(file, cache, Samples.STRINGS);
    ViewFile.restore(file, new MemoryViewable<>(), Samples.STRINGS, listener);

    List<Report> all = List.copyOf(reports);
    reports.removeIf(t -> t.step() != Step.VERIFYING);
    assertThat(reports).isEqualTo(all.subList(0, reports.size()));
    assertReported(Step.VERIFYING);
    reports.clear();
    reports.addAll(all);
    reports.removeIf(t -> t.step() == Step.VERIFYING);
    assertReported(Step.RESTORING);
  }

  @Test
  void aBlobOfManyBlocksIsReportedWhileItIsWritten() throws Exception {
    cache.stored.clear();
    cache.stored.put("key", Samples.entry("key", "stub\n" + "x".repeat(1_000_000)));

    ViewFile.write(file, cache, Samples.WITH_BLOBS, listener);

    assertThat(reports).filteredOn(t -> t.entries() == 0).hasSizeGreaterThan(10);
    assertThat(reports.get(reports.size() - 1).entries()).isOne();
  }

  @Test
  void aListenerThatThrowsIsLoggedOnceAndTheWorkGoesOn() throws Exception {
    for (Throwable thrown : List.of(new IllegalStateException("broken"), new AssertionError())) {
      reports.clear();
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

      assertThat(reports).hasSize(1);
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

  private void assertReported(Step step) throws Exception {
    Report last = reports.get(0);
    for (Report next : reports) {
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
