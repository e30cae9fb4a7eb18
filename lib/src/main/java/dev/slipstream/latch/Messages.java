package dev.slipstream.latch;

import dev.slipstream.internal.Texts;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the package logs of continuations. */
final class Messages {
  private static final Logger LOG = LoggerFactory.getLogger(Continuations.class);

  private Messages() {}

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

  static void untimed(Firing<?> firing, Throwable noThread) {
    warn("no thread could be had to keep the time for continuation '{}' of {}", firing, noThread);
  }

  private static void warn(String message, Firing<?> firing, @Nullable Throwable failure) {
    Texts.warn(LOG, message, failure, firing.name, firing.job.owner());
  }
}
