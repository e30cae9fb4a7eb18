package dev.slipstream.latch;

import dev.slipstream.internal.Texts;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a job ended: with a value, with a failure, or because it was abandoned.
 *
 * @param <T> the type of the job's value
 */
public sealed interface Outcome<T> {

  /**
   * The job returned.
   *
   * @param value what it returned; null means that there is no such thing
   * @param <T> the type of the job's value
   */
  record Success<T>(@Nullable T value) implements Outcome<T> {
    /** Returns the type of the value, but not the value: it may be large, or secret. */
    @Override
    public String toString() {
      return "Success[%s]".formatted(Texts.typeOf(value));
    }
  }

  /**
   * The job failed.
   *
   * @param cause why; never null
   * @param <T> the type of the job's value
   */
  record Failure<T>(Throwable cause) implements Outcome<T> {
    /**
     * Checks that there is a cause.
     *
     * @param cause why; never null
     */
    public Failure {
      Objects.requireNonNull(cause, "cause");
    }

    /** Returns the type of the cause, but not its message, which may hold a value. */
    @Override
    public String toString() {
      return "Failure[%s]".formatted(Texts.typeOf(cause));
    }
  }

  /**
   * The job was given up before it ended: its last caller left, or it was cancelled or lost.
   *
   * @param <T> the type of the job's value
   */
  record Abandoned<T>() implements Outcome<T> {}
}
