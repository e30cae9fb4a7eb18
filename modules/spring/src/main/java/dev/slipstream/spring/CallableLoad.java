package dev.slipstream.spring;

import dev.slipstream.FetchException;
import dev.slipstream.FetchHandle;
import dev.slipstream.Loader;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.interceptor.CacheOperationInvoker.ThrowableWrapper;

/**
 * A blocking caller's load. Spring's interceptor wraps what the method throws, which only its own
 * blocking callers take off again; so the fetch fails with the method's exception, whatever asks
 * for it, and the blocking callers get the wrapper back.
 */
final class CallableLoad implements Loader<Object, Object> {
  private final Callable<?> valueLoader;
  private final UnaryOperator<@Nullable Object> toLoaded;

  /**
   * What the callable threw, as it threw it. Written before the fetch ends, and read after that.
   */
  private @Nullable Exception thrown;

  CallableLoad(Callable<?> valueLoader, UnaryOperator<@Nullable Object> toLoaded) {
    this.valueLoader = Objects.requireNonNull(valueLoader, "valueLoader");
    this.toLoaded = toLoaded;
  }

  @Override
  public @Nullable Object load(Object key) throws Exception {
    Object value;
    try {
      value = valueLoader.call();
    } catch (Exception e) {
      thrown = e;
      throw unwrapped(e);
    }
    return toLoaded.apply(value);
  }

  /** Returns what the interceptor's wrapper holds, to be thrown in its place. */
  static Exception unwrapped(Exception thrown) {
    if (!(thrown instanceof ThrowableWrapper wrapper)) {
      return thrown;
    }
    if (wrapper.getOriginal() instanceof Error error) {
      throw error;
    }
    return (Exception) wrapper.getOriginal();
  }

  /**
   * Returns the cause that Spring is given for a failure. It throws it on as it is, but for checked
   * exceptions, of which it makes an UndeclaredThrowableException.
   */
  Throwable causeFor(FetchHandle<?> handle, FetchException failure) {
    Throwable cause = failure.getCause();
    if (thrown != null && (cause == thrown || cause == thrown.getCause())) {
      return thrown;
    }
    if (cause == null || cause != failureOf(handle)) {
      return failure; // the caller's own, or the cache's
    }
    return cause instanceof RuntimeException ? cause : new ThrowableWrapper(cause);
  }

  /** Returns the failure of the fetch; null if there is none, or the caller has left. */
  private static @Nullable Throwable failureOf(FetchHandle<?> handle) {
    if (!handle.isCompletedExceptionally()) {
      return null;
    }
    return handle.handle((value, failure) -> failure).join();
  }
}
