package dev.slipstream.canal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.LogCapture;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys, ids and names go into messages and logs escaped and cut, and values not at all. */
class CanalTextsTest {
  private static final String FORGED = "x\n12:00 ERROR";

  @RegisterExtension final LogCapture log = new LogCapture();

  @Test
  void aBatchOfManyHasAShortText() {
    List<CacheEvent<String, String>> events =
        IntStream.rangeClosed(1, 10_000)
            .mapToObj(i -> new CacheEvent<>(i, "k\n" + i, EventType.PUT, 0, "SECRET", null))
            .toList();

    assertThat(CanalBatch.of(events).toString())
        .startsWith("Many[#1 PUT k\\n1 at ")
        .endsWith("more]")
        .doesNotContain("SECRET", "\n")
        .hasSizeLessThan(300);
    assertThat(CanalBatch.of(events.subList(0, 1)).toString()).startsWith("One[#1 PUT k\\n1 at ");
  }

  @Test
  void aKeyOrAnIdThatForgesALineIsEscaped() {
    EventJournal<String, String> journal = new EventJournal<>(1, new Unreadable());
    journal.append(FORGED, EventType.PUT, 0, "SECRET", null);
    journal.append(FORGED, EventType.PUT, 0, "SECRET", null);
    assertThatThrownBy(() -> journal.firstAfter(FORGED, EventType.PUT, 0))
        .hasMessageContaining("of x\\n12:00 ERROR after event 0")
        .hasMessageNotContaining("SECRET");
    assertThatThrownBy(() -> journal.cursor(FORGED))
        .hasMessage("cursor 'x\\n12:00 ERROR' cannot be opened: disk\\nfull");
  }

  private static final class Unreadable implements CheckpointStore {
    @Override
    public @Nullable Checkpoint load(String id) throws IOException {
      throw new IOException("disk\nfull");
    }

    @Override
    public void save(String id, Checkpoint checkpoint) {}
  }

  @Test
  void aReactorWhoseFailureHasNoTextIsReported() {
    EventJournal<String, String> journal = new EventJournal<>(4);
    IllegalStateException mute =
        new IllegalStateException() {
          private static final long serialVersionUID = 1L;

          @Override
          public String getMessage() {
            throw new UnsupportedOperationException("no text");
          }
        };
    CanalHandle reactor =
        Reactor.run(
            journal.cursor(1),
            batch -> {
              throw mute;
            },
            ReactorOptions.defaults().name(FORGED));
    journal.append("k", EventType.PUT, 0, "v", null);

    assertThatThrownBy(reactor::join)
        .isInstanceOf(CanalWorkerException.class)
        .hasMessageStartingWith("reactor 'x\\n12:00 ERROR' ended")
        .extracting(Throwable::getCause)
        .isSameAs(mute);
    assertThat(log.warnings().get(0).getFormattedMessage())
        .startsWith("reactor 'x\\n12:00 ERROR' ended by an error; its failure, a ");
  }
}
