package dev.slipstream.examples.wire;

import dev.slipstream.AsyncLoader;
import dev.slipstream.FetchContext;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Loads items by gRPC: the future of a stub cancels its call, one of your own does not. */
final class GrpcItems implements AutoCloseable {
  private final ManagedChannel channel;
  private final ItemGrpc.FutureStub stub;

  GrpcItems(String server) {
    channel = InProcessChannelBuilder.forName(server).build();
    stub = new ItemGrpc.FutureStub(channel);
  }

  /** Returns a loader whose call the last leave cancels, as the server sees. */
  AsyncLoader<Integer, String> loader() {
    return AsyncLoader.ofListenable((item, context) -> stub.getItem(item));
  }

  /** The last leave cancels a future that knows of no call, and the call runs on for nobody. */
  CompletionStage<String> loadByCallback(int item, FetchContext context) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    stub.getItem(
        item,
        new StreamObserver<>() {
          @Override
          public void onNext(String value) {
            answer.complete(value);
          }

          @Override
          public void onError(Throwable failure) {
            answer.completeExceptionally(failure);
          }

          @Override
          public void onCompleted() {}
        });
    return answer;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
