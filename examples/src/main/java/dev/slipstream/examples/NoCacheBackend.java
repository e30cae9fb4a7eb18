package dev.slipstream.examples;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * No cache: each request runs a query of its own, and stops it when the client's patience is at its
 * end. (JDBC's own {@code setQueryTimeout} counts in whole seconds, which is more than most clients
 * have, and leaves out the wait for a connection.)
 */
final class NoCacheBackend implements Backend {
  private final Database database;
  private final ExecutorService workers = Workers.start();

  NoCacheBackend(Database database) {
    this.database = database;
  }

  @Override
  public String name() {
    return "no cache";
  }

  @Override
  public CompletableFuture<String> fetch(int item, int patienceMillis) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    workers.execute(() -> query(item, answer));
    return answer.orTimeout(patienceMillis, TimeUnit.MILLISECONDS);
  }

  private void query(int item, CompletableFuture<String> answer) {
    try {
      answer.complete(database.similarItems(item, stop -> onTimeout(answer, stop)));
    } catch (Exception e) {
      answer.completeExceptionally(e);
    }
  }

  private static void onTimeout(CompletableFuture<String> answer, Runnable stop) {
    answer.exceptionally(
        tooLate -> {
          stop.run();
          return "";
        });
  }

  @Override
  public void close() {
    Workers.stop(workers);
  }
}
