package dev.slipstream;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a fetch needs the cache's ledger and the ledger is away, if that is to fail fetches:
 * {@link dev.slipstream.ledger.AwayPolicy#FAIL}.
 */
public final class LedgerUnavailableFetchException extends FetchException {
  private static final long serialVersionUID = 1L;

  LedgerUnavailableFetchException(String message, @Nullable Object key, @Nullable Throwable cause) {
    super(message, key, cause);
  }

  @Override
  LedgerUnavailableFetchException forCaller() {
    return new LedgerUnavailableFetchException(getMessage(), key(), causeForCaller());
  }
}
