package dev.slipstream.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the first pass has checked is what the second one hands out. */
class TwoPassesTest {
  private static final Path FILE = Path.of("view");

  private int opened;
  private int closed;

  @Test
  void aFileThatIsReplacedBetweenTheOpeningsIsOpenedAgain() throws Exception {
    TwoPasses passes = TwoPasses.open(FILE, file -> open(opened == 0 ? 1 : 2));

    assertThat(passes.first().header()).isEqualTo(passes.second().header());
    assertThat(passes.first().header().id()).isEqualTo(2);
    assertThat(opened).isEqualTo(4);
    assertThat(closed).isEqualTo(2);
    passes.close();
    assertThat(closed).isEqualTo(4);
  }

  @Test
  void aFileThatIsReplacedAllTheTimeIsGivenUpAndClosed() {
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> TwoPasses.open(FILE, file -> open(opened)))
        .withMessageContainingAll("view", "all the time");
    assertThat(closed).isEqualTo(opened);
  }

  @Test
  void aFileThatIsGoneAtTheSecondOpeningIsClosed() {
    IOException gone = new IOException("gone");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () ->
                TwoPasses.open(
                    FILE,
                    file -> {
                      if (opened == 1) {
                        throw gone;
                      }
                      return open(1);
                    }))
        .isSameAs(gone);
    assertThat(closed).isEqualTo(opened);
  }

  private OpenFile open(long id) {
    opened++;
    return new OpenFile(
        new ByteArrayInputStream(new byte[0]) {
          @Override
          public void close() {
            closed++;
          }
        },
        new ViewHeader(id, Samples.WRITTEN));
  }
}
