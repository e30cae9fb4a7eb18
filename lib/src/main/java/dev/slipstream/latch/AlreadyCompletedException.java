package dev.slipstream.latch;

import dev.slipstream.internal.Texts;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Thrown by registrations that are only for a job that still runs, once it has ended. */
public final class AlreadyCompletedException extends IllegalStateException {
  private static final long serialVersionUID = 2L;

  /** Set by the constructor, or by {@link #readObject}. */
  private transient Outcome<?> outcome;

  /**
   * Creates an exception that carries the outcome.
   *
   * @param message what was asked and what was found
   * @param outcome how the job had ended
   */
  public AlreadyCompletedException(String message, Outcome<?> outcome) {
    super(message);
    this.outcome = Objects.requireNonNull(outcome, "outcome");
  }

  /**
   * Returns how the job had ended. If the exception was serialized and the value, or the failure,
   * could not be, this is an {@link Outcome.Failure} with a {@link NotSerializableException}.
   *
   * @return the latched outcome
   */
  public Outcome<?> outcome() {
    return outcome;
  }

  /**
   * Writes the outcome as what it holds.
   *
   * @param out takes it
   * @throws IOException if it cannot be written
   * @serialData the kind of the outcome (0 success, 1 failure, 2 abandoned) as a byte, and its
   *     value or cause as an object
   */
  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    if (outcome instanceof Outcome.Success<?> success && isSerializable(success.value())) {
      out.writeByte(0);
      out.writeObject(success.value());
    } else if (outcome instanceof Outcome.Abandoned) {
      out.writeByte(2);
      out.writeObject(null);
    } else {
      out.writeByte(1);
      out.writeObject(serializableCause());
    }
  }

  private Throwable serializableCause() {
    if (outcome instanceof Outcome.Success<?> success) {
      return new NotSerializableException(Texts.typeOf(success.value()));
    }
    Throwable cause = ((Outcome.Failure<?>) outcome).cause();
    return isSerializable(cause) ? cause : new NotSerializableException(Texts.typeOf(cause));
  }

  /** Tries it: what fails halfway would spoil the stream. */
  private static boolean isSerializable(@Nullable Object object) {
    try (ObjectOutputStream trial = new ObjectOutputStream(OutputStream.nullOutputStream())) {
      trial.writeObject(object);
      return true;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      return false;
    }
  }

  /**
   * Reads the outcome.
   *
   * @param in gives it
   * @throws IOException if it cannot be read
   * @throws ClassNotFoundException if the class of the value or the failure is not known here
   */
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    byte kind = in.readByte();
    Object held = in.readObject();
    if (kind == 0) {
      outcome = new Outcome.Success<>(held);
    } else if (kind == 1 && held instanceof Throwable cause) {
      outcome = new Outcome.Failure<>(cause);
    } else {
      outcome = new Outcome.Abandoned<>();
    }
  }
}
