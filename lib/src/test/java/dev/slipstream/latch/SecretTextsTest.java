package dev.slipstream.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipstream.testing.LogCapture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Values went into messages and logs, and names that forge lines; an outcome was lost on the way.
 */
class SecretTextsTest {
  @RegisterExtension final LogCapture log = new LogCapture();

  private static AlreadyCompletedException late(Outcome<Object> outcome) {
    Continuations<Object> job = Continuations.create(Runnable::run, "job 7");
    job.complete(outcome);
    return catchThrowableOfType(
        AlreadyCompletedException.class, () -> job.addOrThrowIfCompleted("late\n", seen -> {}));
  }

  @Test
  void theMessageOfALateRegistrationHasNoValue() {
    assertThat(late(new Outcome.Success<>("SECRET")))
        .hasMessageContaining("continuation 'late\\n' came too late")
        .hasMessageContaining("Success[java.lang.String]")
        .hasMessageNotContaining("SECRET");
    assertThat(late(new Outcome.Failure<>(new IOException("jdbc://user:SECRET@host"))))
        .hasMessageContaining("Failure[java.io.IOException]")
        .hasMessageNotContaining("SECRET");
  }

  @Test
  void anOutcomesTextHasNoValue() {
    assertThat(new Outcome.Success<>("SECRET")).hasToString("Success[java.lang.String]");
    assertThat(new Outcome.Success<>(null)).hasToString("Success[null]");
    assertThat(new Outcome.Failure<>(new IOException("SECRET")))
        .hasToString("Failure[java.io.IOException]");
    assertThat(new Outcome.Abandoned<>()).hasToString("Abandoned[]");
  }

  @Test
  void aNameThatForgesALineIsEscaped() {
    Continuations<String> job = Continuations.create(Runnable::run, "job\n7");
    job.addOrRunNow(
        "mail\n12:00 ERROR",
        outcome -> {
          throw new IOException("down");
        });
    job.complete(new Outcome.Success<>("v"));

    assertThat(log.warnings().get(0).getFormattedMessage())
        .isEqualTo("continuation 'mail\\n12:00 ERROR' of job\\n7 failed");
    ContinuationQueue full = ContinuationQueue.create(1, 1, OverflowPolicy.REFUSE);
    ContinuationOptions refusing = ContinuationOptions.defaults().queue(full);
    Continuations<String> pending = Continuations.create(Runnable::run, "job\n8");
    pending.addOrRunNow("first", refusing, outcome -> {});
    assertThatThrownBy(() -> pending.addOrRunNow("second\n", refusing, outcome -> {}))
        .hasMessageStartingWith("continuation 'second\\n' of job\\n8 was refused");
  }

  @Test
  void anOutcomeSurvivesSerialization() throws Exception {
    assertThat(copy(late(new Outcome.Success<>("v"))).outcome())
        .isEqualTo(new Outcome.Success<>("v"));
    assertThat(copy(late(new Outcome.Success<>(null))).outcome())
        .isEqualTo(new Outcome.Success<>(null));
    assertThat(copy(late(new Outcome.Abandoned<>())).outcome())
        .isEqualTo(new Outcome.Abandoned<>());
    assertThat(copy(late(new Outcome.Failure<>(new IOException("down")))).outcome())
        .isInstanceOfSatisfying(
            Outcome.Failure.class, failure -> assertThat(failure.cause()).hasMessage("down"));
  }

  @Test
  void anOutcomeThatCannotBeSerializedSaysSo() throws Exception {
    AlreadyCompletedException original = late(new Outcome.Success<>(new Object()));

    AlreadyCompletedException copy = copy(original);

    assertThat(copy).hasMessage(original.getMessage());
    assertThat(copy.outcome())
        .isInstanceOfSatisfying(
            Outcome.Failure.class,
            failure ->
                assertThat(failure.cause())
                    .isInstanceOf(NotSerializableException.class)
                    .hasMessage("java.lang.Object"));
    IOException unwritable =
        new IOException("down") {
          private static final long serialVersionUID = 1L;

          @SuppressWarnings("unused")
          private final Object held = new Object();
        };
    assertThat(copy(late(new Outcome.Failure<>(unwritable))).outcome())
        .isInstanceOfSatisfying(
            Outcome.Failure.class,
            failure -> assertThat(failure.cause()).isInstanceOf(NotSerializableException.class));
  }

  private static AlreadyCompletedException copy(AlreadyCompletedException original)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(original);
      out.writeObject("what follows");
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      AlreadyCompletedException copy = (AlreadyCompletedException) in.readObject();
      assertThat(in.readObject()).isEqualTo("what follows");
      return copy;
    }
  }

  @Test
  void aStageWhoseFailureHasNoTextIsWaitedForLikeAnyOther() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    Continuations<String> job = Continuations.of(stage, Runnable::run);
    RuntimeException mute =
        new RuntimeException() {
          private static final long serialVersionUID = 1L;

          @Override
          public String getMessage() {
            throw new IllegalStateException("no text");
          }
        };

    assertThat(stage.completeExceptionally(mute)).isTrue();

    assertThat(job.outcome()).contains(new Outcome.Failure<>(mute));
  }
}
