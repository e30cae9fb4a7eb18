package dev.slipstream.examples;

import java.util.concurrent.CompletableFuture;

/** What stands between the web server and the database: one of the three that are compared. */
interface Backend extends AutoCloseable {

  /** Returns the name that the user sees. */
  String name();

  /**
   * Answers one request.
   *
   * @param item the item that is asked for
   * @param patienceMillis after so many milliseconds the client will have left
   * @return the answer; a {@link java.util.concurrent.TimeoutException} if it came too late
   */
  CompletableFuture<String> fetch(int item, int patienceMillis);

  /** Waits, a few seconds at most, until no query of this backend runs any more. */
  @Override
  void close();
}
