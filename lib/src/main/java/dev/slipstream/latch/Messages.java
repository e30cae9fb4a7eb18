package dev.slipstream.latch;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the package says, also of user code that cannot say anything of itself. */
final class Messages {
  private static final Logger LOG = LoggerFactory.getLogger(Continuations.class);

  private Messages() {}

  /** Returns what an object says of itself, also if it cannot. */
  static String text(Object object) {
    try {
      return String.valueOf(object);
    } catch (RuntimeException | Error e) {
      return object.getClass().getName() + " (its toString failed)";
    }
  }

  static void failed(Firing<?> firing, Throwable failure) {
    if (failure instanceof InterruptedException) {
      warn("continuation '{}' of {} was interrupted", firing, failure);
    } else {
      warn("continuation '{}' of {} failed", firing, failure);
    }
  }

  static void timedOut(Firing<?> firing, @Nullable Throwable failure) {
    warn("continuation '{}' of {} ran into its timeout and was interrupted", firing, failure);
  }

  private static void warn(String message, Firing<?> firing, @Nullable Throwable failure) {
    String owner = text(firing.job.owner());
    try {
      LOG.warn(message, firing.name, owner, failure);
    } catch (RuntimeException | Error e) { // a failure without a text: loggers ask for it
      LOG.warn(
          "continuation '{}' of {} failed; its failure, a {}, cannot be logged",
          firing.name,
          owner,
          failure == null ? "null" : failure.getClass().getName());
    }
  }
}
