package dev.slipstream.latch;

import dev.slipstream.internal.Texts;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the package logs of continuations. */
final class Messages {
  private static final Logger LOG = LoggerFactory.getLogger(Continuations.class);

  private Messages() {}

  static void failed(RegisteredContinuation<?> registered, Throwable failure) {
    if (failure instanceof InterruptedException) {
      warn("continuation '{}' of {} was interrupted", registered, failure);
    } else {
      warn("continuation '{}' of {} failed", registered, failure);
    }
  }

  static void timedOut(RegisteredContinuation<?> registered, @Nullable Throwable failure) {
    warn("continuation '{}' of {} ran into its timeout and was interrupted", registered, failure);
  }

  static void untimed(RegisteredContinuation<?> registered, Throwable noThread) {
    warn("no thread could be started to time continuation '{}' of {}", registered, noThread);
  }

  private static void warn(
      String message, RegisteredContinuation<?> registered, @Nullable Throwable failure) {
    Texts.warn(LOG, message, failure, registered.name, registered.job.owner());
  }
}
