package dev.slipstream.examples.shared;

import java.util.concurrent.CompletableFuture;

/** One of those that are compared: it stands between the web server and the database. */
public interface Backend extends AutoCloseable {

  /**
   * Returns the name that is printed.
   *
   * @return the name
   */
  String name();

  /**
   * Answers one request.
   *
   * @param item the item that is asked for
   * @param timeoutMillis how long the client waits, in milliseconds
   * @return the answer, or a {@link java.util.concurrent.TimeoutException} once the timeout elapsed
   */
  CompletableFuture<String> fetch(int item, int timeoutMillis);

  /** Waits, for a few seconds at most, until no query of this backend is running. */
  @Override
  void close();
}
