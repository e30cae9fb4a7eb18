package dev.slipstream.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.slipstream.testing.LogCapture;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a continuation throws is logged once, with its name and whose it is; others run on. */
class ContinuationLoggingTest {
  private static final Outcome<String> DONE = new Outcome.Success<>("v");

  @RegisterExtension final LogCapture log = new LogCapture();

  private static <T> Continuation<T> throwing(Throwable thrown) {
    return outcome -> {
      if (thrown instanceof Exception exception) {
        throw exception;
      }
      throw (Error) thrown;
    };
  }

  @Test
  void itIsLoggedWithItsNameAndItsOwner() {
    IOException thrown = new IOException("a continuation's own");
    Continuations<String> job = Continuations.create(Runnable::run, "order 4711");
    job.addOrRunNow("mail", throwing(thrown));
    job.addOrRunNow("sound", outcome -> {});

    job.complete(DONE);

    ILoggingEvent warning = log.warnings().get(0);
    assertThat(log.warnings()).hasSize(1);
    assertThat(warning.getLevel()).isEqualTo(Level.WARN);
    assertThat(warning.getFormattedMessage()).isEqualTo("continuation 'mail' of order 4711 failed");
    assertThat(LogCapture.thrown(warning)).isSameAs(thrown);
    assertThat(job.stats().failed()).isEqualTo(1);
    assertThat(job.stats().succeeded()).isEqualTo(1);
  }

  @Test
  void theContinuationsOfAStageMayHaveAnOwnerToo() {
    Continuations<String> job =
        Continuations.of(CompletableFuture.completedFuture("v"), Runnable::run, "order 4711");

    job.addOrRunNow("mail", throwing(new StackOverflowError("deep")));

    assertThat(log.warnings()).hasSize(1);
    assertThat(log.warnings().get(0).getFormattedMessage()).contains("mail", "order 4711");
  }

  @Test
  void anOwnerWhoseTextCannotBeMadeHidesNothing() {
    Object mute =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("no text");
          }
        };
    Continuations<Object> job = Continuations.create(Runnable::run, mute);
    job.addOrRunNow("mail", throwing(new IOException("a continuation's own")));
    job.complete(new Outcome.Success<>(mute));

    assertThat(log.warnings()).hasSize(1);
    assertThat(log.warnings().get(0).getFormattedMessage()).contains("mail", "toString failed");
    assertThatExceptionOfType(AlreadyCompletedException.class)
        .isThrownBy(() -> job.addOrThrowIfCompleted("late", outcome -> {}))
        .withMessageContaining("late");
  }

  @Test
  void aFailureWhoseTextCannotBeMadeHidesNothing() {
    Continuations<String> job = Continuations.create(Runnable::run, "order 4711");
    job.addOrRunNow(
        "mail",
        throwing(
            new RuntimeException() {
              private static final long serialVersionUID = 1L;

              @Override
              public String getMessage() {
                throw new IllegalStateException("no text");
              }
            }));
    job.addOrRunNow("sound", outcome -> {});

    job.complete(DONE);

    assertThat(job.stats().succeeded()).isEqualTo(1);
    assertThat(job.stats().failed()).isEqualTo(1);
    assertThat(log.warnings()).hasSize(1);
    assertThat(log.warnings().get(0).getFormattedMessage()).contains("mail", "cannot be logged");
  }
}
