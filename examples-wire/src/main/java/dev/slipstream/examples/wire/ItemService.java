package dev.slipstream.examples.wire;

import dev.slipstream.examples.shared.Workers;
import io.grpc.Server;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** A gRPC server in this JVM: it takes its time, and stops when its client cancels the call. */
final class ItemService implements SlowServer, AutoCloseable {
  private final long answerMillis;
  private final ScheduledExecutorService answers =
      Executors.newSingleThreadScheduledExecutor(Workers::daemon);
  private final LongAdder started = new LongAdder();
  private final LongAdder finished = new LongAdder();
  private final AtomicInteger running = new AtomicInteger();
  private final Server server;

  ItemService(String name, long answerMillis) throws IOException {
    this.answerMillis = answerMillis;
    server =
        InProcessServerBuilder.forName(name)
            .addService(ItemGrpc.service(this::getItem))
            .build()
            .start();
  }

  private void getItem(String item, StreamObserver<String> client) {
    Future<?> answer =
        answers.schedule(() -> answer(item, client), answerMillis, TimeUnit.MILLISECONDS);
    ((ServerCallStreamObserver<String>) client)
        .setOnCancelHandler(
            () -> {
              if (answer.cancel(false)) {
                running.decrementAndGet();
              }
            });
    running.incrementAndGet();
    started.increment();
  }

  private void answer(String item, StreamObserver<String> client) {
    finished.increment();
    running.decrementAndGet();
    client.onNext("item " + item);
    client.onCompleted();
  }

  @Override
  public long started() {
    return started.sum();
  }

  @Override
  public long finished() {
    return finished.sum();
  }

  @Override
  public int running() {
    return running.get();
  }

  @Override
  public void close() {
    server.shutdownNow();
    answers.shutdownNow();
  }
}
