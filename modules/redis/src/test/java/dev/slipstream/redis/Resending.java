package dev.slipstream.redis;

import dev.slipstream.ledger.FetchLedger;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls a ledger again whose client has refused to send a command, since it was about to connect to
 * a node of the cluster: as Lettuce does, after it has looked at the topology again, with {@code
 * REJECT_COMMANDS}. To a cache the ledger is away for a second then; the contract of its operations
 * speaks of those that were sent.
 */
record Resending(FetchLedger<?, ?> ledger) implements InvocationHandler {
  private static final Executor SOON =
      CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS, RedisThreads::execute);
  private static final int TRIES = 1_000;

  @SuppressWarnings("unchecked") // the proxy hands all calls on
  static <K, V> FetchLedger<K, V> to(FetchLedger<K, V> ledger) {
    Class<?> type = ledger.getClass();
    return (FetchLedger<K, V>)
        Proxy.newProxyInstance(type.getClassLoader(), type.getInterfaces(), new Resending(ledger));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args)
      throws Throwable {
    Object result = call(method, args);
    return result instanceof CompletionStage<?> stage ? resent(stage, method, args, TRIES) : result;
  }

  private @Nullable Object call(Method method, Object @Nullable [] args) throws Throwable {
    try {
      return method.invoke(ledger, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private <T> CompletionStage<T> resent(
      CompletionStage<T> stage, Method method, Object @Nullable [] args, int tries) {
    return stage.exceptionallyCompose(
        failure ->
            tries > 0 && isUnsent(failure)
                ? CompletableFuture.supplyAsync(() -> again(method, args), SOON)
                    .thenCompose(next -> this.<T>resent(cast(next), method, args, tries - 1))
                : CompletableFuture.failedFuture(Failures.bare(failure)));
  }

  private Object again(Method method, Object @Nullable [] args) {
    try {
      return call(method, args);
    } catch (Throwable e) {
      throw new CompletionException(e);
    }
  }

  @SuppressWarnings("unchecked") // it is what the first call returned
  private static <T> CompletionStage<T> cast(Object stage) {
    return (CompletionStage<T>) stage;
  }

  private static boolean isUnsent(Throwable failure) {
    Throwable cause = Failures.bare(failure).getCause();
    return cause != null
        && "Currently not connected. Commands are rejected.".equals(cause.getMessage());
  }
}
