package dev.slipstream;

import org.jspecify.annotations.Nullable;

/** The cache is closed, or was closed while the fetch ran. */
public final class CacheClosedException extends FetchException {
  private static final long serialVersionUID = 1L;

  CacheClosedException(String message, @Nullable Object key, @Nullable Throwable cause) {
    super(message, key, cause);
    Throwable unused = super.fillInStackTrace();
  }

  /** Makes one of many, which share a stack trace: to walk the stack for each takes its time. */
  CacheClosedException(String message, @Nullable Object key, StackTraceElement[] trace) {
    super(message, key, null);
    setStackTrace(trace);
  }

  /** Does nothing: a constructor has set it. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }

  @Override
  CacheClosedException forCaller() {
    return new CacheClosedException(getMessage(), key(), causeForCaller());
  }
}
