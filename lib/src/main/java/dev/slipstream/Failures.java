package dev.slipstream;

import dev.slipstream.internal.InterruptibleRun;
import dev.slipstream.internal.Texts;
import dev.slipstream.ledger.AbandonRequest;
import dev.slipstream.ledger.RemoteFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The library's exceptions and log messages about fetches that gave no value. */
final class Failures {
  /** The name that users know the library's log messages by. */
  static final String LOGGER = "dev.slipstream.CoalescingCache";

  /** Ends a fetch where no failure of its own can be made: there is no stack or no memory left. */
  @SuppressWarnings("StaticAssignmentOfThrowable") // made beforehand, for that is its purpose
  static final LoaderPanicException BROKEN_OFF =
      new LoaderPanicException(
          "a fetch could not be completed, nor its failure be described: see the log", null, null);

  private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

  /** So many wrappers are taken off: causes may form a cycle. */
  private static final int MAX_WRAPPERS = 100;

  private Failures() {}

  /** Returns the text of a user's object, on one line of bounded length, also if it throws. */
  static String text(@Nullable Object object) {
    return Texts.of(object);
  }

  /** Returns what callers get if the library itself could not end a fetch as it should. */
  static LoaderPanicException broken(Throwable thrown, Object key, CacheConfig<?, ?> cache) {
    return new LoaderPanicException(
        "cache %s: the fetch of key %s could not be completed: %s"
            .formatted(cache.name(), text(key), text(thrown)),
        key,
        thrown);
  }

  /**
   * Takes off the wrappers that futures put round a failure. A failure whose wrappers have no end,
   * since they form a cycle, is returned as it is.
   */
  static Throwable unwrap(Throwable thrown) {
    Throwable cause = thrown;
    for (int i = 0; i < MAX_WRAPPERS; i++) {
      Throwable inner = isWrapper(cause) ? cause.getCause() : null;
      if (inner == null) {
        return cause;
      }
      cause = inner;
    }
    return thrown;
  }

  private static boolean isWrapper(Throwable thrown) {
    return thrown instanceof CompletionException || thrown instanceof ExecutionException;
  }

  /** Returns what callers get for what a loader threw: mostly the very same. */
  static Throwable ofLoader(Throwable thrown, Object key, CacheConfig<?, ?> cache) {
    Throwable cause = unwrap(thrown);
    if (cause instanceof Overload overload) {
      return new FetchRejectedException(
          "cache %s: the fetch of key %s was refused, since %d fetches were running and %d were waiting, the most there may be:"
                  .formatted(
                      cache.name(), text(key), overload.limits.running(), overload.limits.queued())
              + " ask less, or raise maxConcurrentFetches",
          key,
          null);
    }
    if (cause instanceof Rejection) {
      return new FetchRejectedException(
          "cache %s: the executor refused to run the loader of key %s; give it room, or a policy that"
                  .formatted(cache.name(), text(key))
              + " makes callers wait",
          key,
          cause.getCause());
    }
    if (cause instanceof Error) {
      return new LoaderPanicException(
          "cache %s: the loader of key %s ended with an Error: %s"
              .formatted(cache.name(), text(key), text(cause)),
          key,
          cause);
    }
    if (cause instanceof CancellationException) {
      return new FetchException(
          "cache %s: the stage of the loader of key %s was cancelled, but not by the cache: find the code that does"
              .formatted(cache.name(), text(key)),
          key,
          cause);
    }
    return cause;
  }

  static InsertFailedException ofInsert(Throwable thrown, Object key, CacheConfig<?, ?> cache) {
    InterruptibleRun.keepInterrupt(thrown);
    return new InsertFailedException(
        "cache %s: the value of key %s was loaded, but inserting it failed: %s"
            .formatted(cache.name(), text(key), text(thrown)),
        key,
        thrown);
  }

  static String nullStage(Object loader, Object key, CacheConfig<?, ?> cache) {
    return "cache %s: the loader %s returned a null stage for key %s: return a stage that completes with null"
            .formatted(cache.name(), text(loader), text(key))
        + " if there is no value";
  }

  static String nullMap(Object loader, Object keys, CacheConfig<?, ?> cache) {
    return "cache %s: the bulk loader %s returned a null map for keys %s: return an empty one if there are no values"
        .formatted(cache.name(), text(loader), text(keys));
  }

  static FetchTimeoutException fetchTimeout(Object key, CacheConfig<?, ?> cache) {
    return new FetchTimeoutException(
        "cache %s: the fetch of key %s took longer than the fetchTimeout of %s and was cancelled"
            .formatted(cache.name(), text(key), Duration.ofNanos(cache.fetchTimeoutNanos())),
        key,
        null);
  }

  static CacheClosedException closed(@Nullable Object key, CacheConfig<?, ?> cache) {
    return new CacheClosedException(closedText(key, cache), key, (Throwable) null);
  }

  /** Returns the failure of one of the many fetches that a close ends. */
  static CacheClosedException closed(
      Object key, CacheConfig<?, ?> cache, StackTraceElement[] trace) {
    return new CacheClosedException(closedText(key, cache), key, trace);
  }

  private static String closedText(@Nullable Object key, CacheConfig<?, ?> cache) {
    String what = key == null ? "" : ": key " + text(key) + " cannot be fetched";
    return "cache " + cache.name() + " is closed" + what; // no format: it would take its time
  }

  static RecursiveFetchException recursive(
      Object key, List<Object> cycle, CacheConfig<?, ?> cache) {
    return new RecursiveFetchException(
        "cache %s: the loader of key %s waits for that key itself, through the cycle %s: compute the value"
                .formatted(cache.name(), text(key), text(cycle))
            + " without the cache",
        key,
        cycle,
        null);
  }

  static RecursiveFetchException endless(Object key, CacheConfig<?, ?> cache) {
    return new RecursiveFetchException(
        "cache %s: too many loads wait for each other, and the last asks for key %s: let them come to an"
                .formatted(cache.name(), text(key))
            + " end, or have them start the next fetch without waiting for it",
        key,
        List.of(),
        null);
  }

  static FetchException aborted(Object key, CacheConfig<?, ?> cache, Throwable cause) {
    return new FetchException(
        "cache %s: the fetch of key %s was aborted: %s"
            .formatted(cache.name(), text(key), text(cause)),
        key,
        cause);
  }

  static RemoteFetchException remote(RemoteFailure failure, Object key, CacheConfig<?, ?> cache) {
    return new RemoteFetchException(
        "cache %s: the fetch of key %s failed on node %s: %s: %s"
            .formatted(
                cache.name(),
                text(key),
                text(failure.node()),
                text(failure.type()),
                text(failure.message())),
        key,
        failure,
        null);
  }

  static LedgerUnavailableFetchException ledgerAway(
      Object key, CacheConfig<?, ?> cache, Throwable cause) {
    return new LedgerUnavailableFetchException(
        "cache %s: key %s cannot be fetched while the ledger is away: %s; try again, or let nodes load for"
                .formatted(cache.name(), text(key), text(cause))
            + " themselves with AwayPolicy.LOCAL",
        key,
        cause);
  }

  static FetchException abandoned(Object key, CacheConfig<?, ?> cache, AbandonRequest request) {
    return new FetchException(
        "cache %s: the fetch of key %s was abandoned because %s asked for it: %s"
            .formatted(cache.name(), text(key), text(request.by()), text(request.reason())),
        key,
        null);
  }

  /**
   * Returns whether a failure is one of those that a user's predicate names; one that throws: no.
   */
  static boolean matches(Predicate<? super Throwable> predicate, Throwable failure, String cache) {
    try {
      return predicate.test(failure);
    } catch (RuntimeException | Error e) {
      Texts.warn(LOG, "cache {}: the predicate of its failures failed", e, cache);
      return false;
    }
  }

  /** Logs a failure that neither a handle nor a continuation received. */
  static void logUnreceived(Object key, CacheConfig<?, ?> cache, Throwable cause) {
    log(
        "cache {}: the fetch of key {} failed, and no caller waits for it",
        cache.name(),
        key,
        cause);
  }

  /** Logs that a key cannot be found, since its own methods fail. */
  static void logBadKey(Object key, CacheConfig<?, ?> cache, Throwable cause) {
    log(
        "cache {}: key {} cannot be found any more, since its own methods fail",
        cache.name(),
        key,
        cause);
  }

  /**
   * Logs a failure of the user's, which may be one that cannot be logged.
   *
   * @param message with a place for the cache's name and one for the key
   */
  static void log(String message, String cache, @Nullable Object key, Throwable cause) {
    Texts.warn(LOG, message, cause, cache, key);
  }

  /** Logs that a bulk loader's map failed while its further values were read. */
  static void logExtras(CacheConfig<?, ?> cache, Throwable cause) {
    Texts.warn(
        LOG, "cache {}: further values of a bulk load could not be read", cause, cache.name());
  }

  /** So many loads run and wait that there is no place for another. */
  static final class Overload extends Rejection {
    private static final long serialVersionUID = 1L;

    private final transient FetchLimits limits;

    Overload(FetchLimits limits) {
      super(null);
      this.limits = limits;
    }
  }

  /** The executor refused a loader. */
  static class Rejection extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Rejection(@Nullable Throwable cause) {
      super(null, cause, false, false);
    }
  }
}
