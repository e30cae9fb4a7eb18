package dev.slipstream.redis;

import dev.slipstream.ledger.LedgerException;
import dev.slipstream.ledger.LedgerFormatException;
import dev.slipstream.ledger.LedgerUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/** What the client's failures are for a caller. */
final class Failures {
  private Failures() {}

  static Throwable bare(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
    return cause == null ? failure : cause;
  }

  /** Returns a ledger's exception. */
  static RuntimeException forCaller(Throwable failure) {
    Throwable bare = bare(failure);
    if (bare instanceof LedgerException || bare instanceof IllegalStateException) {
      return (RuntimeException) bare;
    }
    return isBrokenRecord(bare)
        ? Reply.malformed(bare)
        : new LedgerUnavailableException(
            "Redis did not answer, or refused; the call may have taken effect: check that it is up"
                + " and lets this user in",
            bare);
  }

  static boolean isUnavailable(Throwable failure) {
    return forCaller(failure) instanceof LedgerUnavailableException;
  }

  static boolean isFormat(Throwable failure) {
    return failure instanceof LedgerFormatException;
  }

  static boolean isUnknownScript(Throwable failure) {
    return says(failure, "NOSCRIPT");
  }

  /** Whether a script met something that no ledger wrote, and not a server in trouble. */
  private static boolean isBrokenRecord(Throwable failure) {
    boolean trouble =
        Stream.of(
                "OOM",
                "READONLY",
                "NOPERM",
                "NOAUTH",
                "MISCONF",
                "MASTERDOWN",
                "LOADING",
                "CLUSTERDOWN",
                "NOREPLICAS")
            .anyMatch(word -> says(failure, word));
    return !trouble && Stream.of("WRONGTYPE", "user_script").anyMatch(word -> says(failure, word));
  }

  private static boolean says(Throwable failure, String word) {
    return failure instanceof RedisCommandExecutionException
        && String.valueOf(failure.getMessage()).contains(word);
  }
}
