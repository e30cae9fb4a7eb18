package dev.slipstream.examples.wire;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.AbstractFutureStub;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.ServerCalls.UnaryMethod;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A service with one call, in the form that gRPC's compiler gives it. Messages are texts. */
final class ItemGrpc {
  private static final MethodDescriptor<String, String> GET_ITEM =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodType.UNARY)
          .setFullMethodName("shop.Items/GetItem")
          .setRequestMarshaller(new Text())
          .setResponseMarshaller(new Text())
          .build();

  private ItemGrpc() {}

  static ServerServiceDefinition service(UnaryMethod<String, String> getItem) {
    return ServerServiceDefinition.builder("shop.Items")
        .addMethod(GET_ITEM, ServerCalls.asyncUnaryCall(getItem))
        .build();
  }

  /** The stub whose calls return futures; {@code newFutureStub} of a generated class. */
  static final class FutureStub extends AbstractFutureStub<FutureStub> {
    FutureStub(Channel channel) {
      this(channel, CallOptions.DEFAULT);
    }

    private FutureStub(Channel channel, CallOptions options) {
      super(channel, options);
    }

    @Override
    protected FutureStub build(Channel channel, CallOptions options) {
      return new FutureStub(channel, options);
    }

    ListenableFuture<String> getItem(int item) {
      return ClientCalls.futureUnaryCall(
          getChannel().newCall(GET_ITEM, getCallOptions()), Integer.toString(item));
    }

    /** A call of the other stub, which {@code newStub} of a generated class returns. */
    void getItem(int item, StreamObserver<String> answer) {
      ClientCalls.asyncUnaryCall(
          getChannel().newCall(GET_ITEM, getCallOptions()), Integer.toString(item), answer);
    }
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String text) {
      return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream bytes) {
      try {
        return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
