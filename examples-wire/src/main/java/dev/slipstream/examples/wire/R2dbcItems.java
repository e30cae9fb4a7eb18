package dev.slipstream.examples.wire;

import dev.slipstream.FetchContext;
import dev.slipstream.processes.PostgresServer;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Loads items by R2DBC: to cancel a subscription does not cancel its query, and the connection of a
 * query that was cancelled must not go back to its pool.
 */
final class R2dbcItems implements AutoCloseable {
  private final ConnectionPool pool;

  R2dbcItems(PostgresServer server, int connections) {
    PostgresqlConnectionConfiguration database =
        PostgresqlConnectionConfiguration.builder()
            .host("127.0.0.1")
            .port(server.port())
            .database(server.user())
            .username(server.user())
            .password(server.password())
            .build();
    pool =
        new ConnectionPool(
            ConnectionPoolConfiguration.builder(new PostgresqlConnectionFactory(database))
                .initialSize(0)
                .maxSize(connections)
                .build());
  }

  /** The last leave cancels the query in the server, and closes its connection. */
  CompletionStage<String> load(int item, FetchContext context) {
    return Mono.usingWhen(
            pool.create().map(Borrowed::new),
            borrowed -> {
              context.onAbandon(borrowed::cancel);
              return context.isAbandoned() ? Mono.empty() : query(borrowed.pooled, item);
            },
            Borrowed::close)
        .toFuture()
        .minimalCompletionStage(); // takes no cancel: the hook ends the query, which ends the stage
  }

  /** A connection of the pool. */
  private static final class Borrowed {
    final Connection pooled;
    private final PostgresqlConnection connection;

    /** Whether the query has ended, or is to be cancelled: what comes first. */
    private final AtomicBoolean over = new AtomicBoolean();

    Borrowed(Connection pooled) {
      this.pooled = pooled;
      connection = ((Wrapped<?>) pooled).unwrap(PostgresqlConnection.class);
    }

    void cancel() {
      if (over.compareAndSet(false, true)) {
        connection.cancelRequest().subscribe();
      }
    }

    /** Gives the connection back; closes it first if the cancel may come yet, to the next query. */
    Mono<Void> close() {
      Mono<Void> back = Mono.defer(() -> Mono.from(pooled.close()));
      return over.compareAndSet(false, true) ? back : connection.close().then(back);
    }
  }

  /** The last leave cancels the subscription, and the query runs on for nobody. */
  CompletionStage<String> loadWithoutHook(int item, FetchContext context) {
    return Mono.usingWhen(pool.create(), connection -> query(connection, item), Connection::close)
        .toFuture();
  }

  static Mono<String> query(Connection connection, int item) {
    return Flux.from(connection.createStatement("SELECT slow_item($1)").bind("$1", item).execute())
        .flatMap(result -> result.map(row -> row.get(0, String.class)))
        .single();
  }

  ConnectionPool pool() {
    return pool;
  }

  @Override
  public void close() {
    pool.dispose();
  }
}
