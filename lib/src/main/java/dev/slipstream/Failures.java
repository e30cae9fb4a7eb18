package dev.slipstream;

import dev.slipstream.internal.Texts;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the library says when a fetch gives no value. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(CoalescingCache.class);

  private Failures() {}

  /** Returns what user code says of itself, also if it cannot. */
  static String text(@Nullable Object object) {
    return Texts.of(object);
  }

  /** Returns what callers get if the library itself could not end a fetch as it should. */
  static LoaderPanicException broken(Throwable thrown, Object key, Engine<?, ?> engine) {
    return new LoaderPanicException(
        "cache %s: the fetch of key %s could not be completed: %s"
            .formatted(engine.name, text(key), text(thrown)),
        key,
        thrown);
  }

  /** Takes off the wrappers that futures put round a failure. */
  static Throwable unwrap(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Returns what callers get for what a loader threw: mostly the very same. */
  static Throwable ofLoader(Throwable thrown, Object key, Engine<?, ?> engine) {
    Throwable cause = unwrap(thrown);
    if (cause instanceof BlockingLoad.Rejection) {
      return new FetchRejectedException(
          "cache %s: the executor refused to run the loader of key %s; give it room, or a policy that"
                  .formatted(engine.name, text(key))
              + " makes callers wait",
          key,
          cause.getCause());
    }
    if (cause instanceof Error) {
      return new LoaderPanicException(
          "cache %s: the loader of key %s died of %s"
              .formatted(engine.name, text(key), text(cause)),
          key,
          cause);
    }
    if (cause instanceof CancellationException) {
      return new FetchException(
          "cache %s: the loader of key %s was cancelled by somebody else than its callers"
              .formatted(engine.name, text(key)),
          key,
          cause);
    }
    return cause;
  }

  static InsertFailedException ofInsert(Throwable thrown, Object key, Engine<?, ?> engine) {
    if (thrown instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return new InsertFailedException(
        "cache %s: the value of key %s was loaded, but inserting it failed: %s"
            .formatted(engine.name, text(key), text(thrown)),
        key,
        thrown);
  }

  static String nullStage(Object loader, Object key, String cache) {
    return "cache %s: the loader %s returned a null stage for key %s: return a stage, completed with null"
            .formatted(cache, text(loader), text(key))
        + " if there is no value";
  }

  static String nullMap(Object loader, Object keys, String cache) {
    return "cache %s: the bulk loader %s gave a null map for keys %s: give an empty one if there are no values"
        .formatted(cache, text(loader), text(keys));
  }

  static FetchTimeoutException fetchTimeout(Object key, Engine<?, ?> engine) {
    return new FetchTimeoutException(
        "cache %s: the fetch of key %s took longer than the fetchTimeout of %s and was cancelled"
            .formatted(engine.name, text(key), Duration.ofNanos(engine.fetchTimeoutNanos)),
        key,
        null);
  }

  static CacheClosedException closed(@Nullable Object key, Engine<?, ?> engine) {
    String what = key == null ? "" : ": key " + text(key) + " cannot be fetched";
    return new CacheClosedException("cache %s is closed%s".formatted(engine.name, what), key, null);
  }

  static FetchException aborted(Object key, Engine<?, ?> engine, Throwable cause) {
    return new FetchException(
        "cache %s: the fetch of key %s was aborted: %s"
            .formatted(engine.name, text(key), text(cause)),
        key,
        cause);
  }

  /** Logs a failure that neither a handle nor a continuation received. */
  static void logUnheard(Object key, Engine<?, ?> engine, Throwable cause) {
    log("cache {}: the fetch of key {} failed and nobody waits for it", engine.name, key, cause);
  }

  /**
   * Logs a failure of the user's, which may be one that cannot be logged.
   *
   * @param message with a place for the cache's name and one for the key
   */
  static void log(String message, String cache, Object key, Throwable cause) {
    Texts.warn(LOG, message, cause, cache, key);
  }

  /** Logs that a bulk loader's map failed while its further values were read. */
  static void logExtras(Engine<?, ?> engine, Throwable cause) {
    Texts.warn(
        LOG, "cache {}: further values of a bulk load could not be read", cause, engine.name);
  }
}
