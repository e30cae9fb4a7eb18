package dev.slipstream.examples.comparison;

import dev.slipstream.examples.shared.Backend;
import dev.slipstream.examples.shared.Database;
import dev.slipstream.examples.shared.Workers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * No cache: each request runs its own query, which is cancelled when the client's timeout elapses.
 * (JDBC's {@code setQueryTimeout} counts in whole seconds, longer than most of the timeouts here,
 * and does not cover the wait for a connection.)
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
  public CompletableFuture<String> fetch(int item, int timeoutMillis) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    workers.execute(() -> query(item, answer));
    return answer.orTimeout(timeoutMillis, TimeUnit.MILLISECONDS);
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
        failure -> {
          stop.run();
          return "";
        });
  }

  @Override
  public void close() {
    Workers.stop(workers);
  }
}
