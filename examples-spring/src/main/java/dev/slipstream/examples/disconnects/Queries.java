package dev.slipstream.examples.disconnects;

import dev.slipstream.examples.shared.Database;
import dev.slipstream.examples.shared.Workers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.stereotype.Component;

/** Runs the queries, each on a thread of its own, and counts those that nobody waited for. */
@Component
class Queries implements AutoCloseable {
  private final Database database;
  private final Waiting waiting;
  private final ExecutorService workers = Workers.start();
  private final LongAdder forNobody = new LongAdder();

  Queries(Database database, Waiting waiting) {
    this.database = database;
    this.waiting = waiting;
  }

  /**
   * Starts a query.
   *
   * @param item the item that is asked for
   * @return a future; to cancel it is to cancel the query in the database
   */
  CompletableFuture<String> start(int item) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    workers.execute(() -> run(item, answer));
    return answer;
  }

  private void run(int item, CompletableFuture<String> answer) {
    try {
      String names = database.similarItems(item, stop -> onCancel(answer, stop));
      if (waiting.countFor(item) == 0) {
        forNobody.increment();
      }
      answer.complete(names);
    } catch (Exception e) {
      answer.completeExceptionally(e);
    }
  }

  private static void onCancel(CompletableFuture<String> answer, Runnable stop) {
    answer.exceptionally(
        failure -> {
          stop.run();
          return "";
        });
  }

  /** Returns how many queries ran to their end while no client was waiting for them. */
  long forNobody() {
    return forNobody.sum();
  }

  /** Waits for the queries that are running. */
  @Override
  public void close() {
    Workers.stop(workers);
  }
}
