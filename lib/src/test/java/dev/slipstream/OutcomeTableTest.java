package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of outcomes: for each thing that can happen, what a handle completes with and what a
 * blocking call throws, by every entry point.
 */
class OutcomeTableTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void theLoadersException(EntryPoint entryPoint) {
    IOException failure = new IOException("down");
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    loader.run().fail(failure);

    isLoadersOwn(entryPoint, entry, failure);
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void theLoadersExceptionInWrappings(EntryPoint entryPoint) {
    IOException failure = new IOException("down");
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    loader.run().fail(new CompletionException(new ExecutionException(failure)));

    isLoadersOwn(entryPoint, entry, failure);
  }

  @ParameterizedTest
  @EnumSource(
      value = EntryPoint.class,
      names = {"ASYNC", "REFRESH"})
  void theLoadersExceptionFromADerivedStage(EntryPoint entryPoint) {
    IOException failure = new IOException("down");
    CompletableFuture<String> source = new CompletableFuture<>();
    AsyncLoader<String, String> derived = (key, context) -> source.thenApply(v -> v);
    FetchHandle<String> handle =
        entryPoint == EntryPoint.ASYNC
            ? cache.getOrFetch("k", derived)
            : cache.refresh("k", derived);
    source.completeExceptionally(failure);

    assertThat(Eventually.failure(handle)).isSameAs(failure);
  }

  private static void isLoadersOwn(EntryPoint entryPoint, Entry<String> entry, Throwable failure) {
    if (entryPoint.blocks) {
      assertThat(entry.failure()).isExactlyInstanceOf(FetchException.class).hasCause(failure);
      assertThat(framesOf(entry.failure())).contains(EntryPoint.class.getName());
      assertThat(((FetchException) entry.failure()).key()).isEqualTo("k");
    } else {
      assertThat(entry.failure()).isSameAs(failure);
    }
  }

  private static String framesOf(Throwable failure) {
    return Arrays.toString(failure.getStackTrace());
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void anErrorThrown(EntryPoint entryPoint) {
    Error error = new LinkageError("torn");
    Entry<String> entry = entryPoint.enter(cache, "k", loader.throwing(error));

    isPanic(entry, error);
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void anErrorInTheStage(EntryPoint entryPoint) {
    Error error = new LinkageError("torn");
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    loader.run().fail(error);

    isPanic(entry, error);
  }

  private static void isPanic(Entry<String> entry, Error error) {
    assertThat(entry.failure()).isExactlyInstanceOf(LoaderPanicException.class).hasCause(error);
    assertThat(((FetchException) entry.failure()).key()).isEqualTo("k");
  }

  @ParameterizedTest
  @EnumSource(
      value = EntryPoint.class,
      names = {"ASYNC", "REFRESH", "BULK", "BLOCKING_BULK"})
  void aNullStage(EntryPoint entryPoint) {
    Entry<String> entry = entryPoint.enter(cache, "key-17", loader.returningNullStage());

    namesLoaderAndKey(entryPoint, entry);
  }

  @ParameterizedTest
  @EnumSource(
      value = EntryPoint.class,
      names = {"BULK", "BLOCKING_BULK"})
  void aNullMap(EntryPoint entryPoint) {
    Entry<String> entry = entryPoint.enter(cache, "key-17", loader);
    loader.run().answers.complete(null);

    namesLoaderAndKey(entryPoint, entry);
  }

  private static void namesLoaderAndKey(EntryPoint entryPoint, Entry<String> entry) {
    assertThat(entry.loaderFailure())
        .isExactlyInstanceOf(NullPointerException.class)
        .hasMessageContaining("key-17")
        .hasMessageMatching("(?is).*controlled ?loader.*");
    if (entryPoint.blocks) {
      assertThat(entry.failure()).isExactlyInstanceOf(FetchException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void theLoadersStageWasCancelled(EntryPoint entryPoint) {
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    loader.run().cancelItself();

    assertThat(entry.failure())
        .isExactlyInstanceOf(FetchException.class)
        .hasCauseInstanceOf(CancellationException.class);
    if (entry instanceof Entry.OfFuture<String> caller) {
      assertThat(caller.future().isCancelled()).isFalse();
    }
    if (entry instanceof Entry.OfBulk<String> caller) {
      assertThat(caller.future().isCancelled()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void aCancellationExceptionThrownByTheLoaderMakesNobodyCancelled(EntryPoint entryPoint) {
    CancellationException thrown = new CancellationException("the loader's");
    Entry<String> entry = entryPoint.enter(cache, "k", loader.throwing(thrown));

    assertThat(entry.failure()).isExactlyInstanceOf(FetchException.class).hasCause(thrown);
  }

  /** What the library itself has to say: its exception, and how it comes about. */
  enum Own {
    TIMEOUT(FetchTimeoutException.class) {
      @Override
      CoalescingCache<String, String> build(CoalescingCacheBuilder<Object, Object> builder) {
        return builder.fetchTimeout(Duration.ofMillis(600)).build();
      }

      @Override
      void bringAbout(CoalescingCache<String, String> cache, ControlledLoader<String> loader) {
        // time does
      }
    },
    IDENTITY(IdentityMismatchException.class) {
      @Override
      CoalescingCache<String, String> build(CoalescingCacheBuilder<Object, Object> builder) {
        return builder.identity((String value) -> "not " + value).build();
      }
    },
    INSERT(InsertFailedException.class) {
      @Override
      CoalescingCache<String, String> build(CoalescingCacheBuilder<Object, Object> builder) {
        InsertCallback<String, String> insert =
            (key, fetched, current) -> {
              throw new IOException("no");
            };
        return builder.onInsert(insert).build();
      }
    },
    CLOSED(CacheClosedException.class) {
      @Override
      void bringAbout(CoalescingCache<String, String> cache, ControlledLoader<String> loader) {
        cache.close();
      }
    };

    final Class<? extends FetchException> type;

    Own(Class<? extends FetchException> type) {
      this.type = type;
    }

    CoalescingCache<String, String> build(CoalescingCacheBuilder<Object, Object> builder) {
      return builder.build();
    }

    void bringAbout(CoalescingCache<String, String> cache, ControlledLoader<String> loader) {
      loader.run().complete("v");
    }
  }

  static Stream<Arguments> ownFailuresAndEntryPoints() {
    return Arrays.stream(Own.values())
        .flatMap(
            own ->
                Arrays.stream(EntryPoint.values())
                    .map(entryPoint -> Arguments.of(own, entryPoint)));
  }

  @ParameterizedTest
  @MethodSource("ownFailuresAndEntryPoints")
  void theLibrarysOwn(Own own, EntryPoint entryPoint) {
    CoalescingCache<String, String> cache =
        caches.track(own.build(CoalescingCache.builder().name("table")));
    Entry<String> one = entryPoint.enter(cache, "k", loader);
    Entry<String> two = entryPoint.enter(cache, "k", new ControlledLoader<>());
    own.bringAbout(cache, loader);

    assertThat(one.failure()).isExactlyInstanceOf(own.type);
    assertThat(two.failure()).isExactlyInstanceOf(own.type);
    assertThat(((FetchException) one.failure()).key()).isEqualTo("k");
    if (entryPoint.blocks) {
      assertThat(one.failure()).isNotSameAs(two.failure());
      assertThat(framesOf(one.failure())).contains(EntryPoint.class.getName());
    } else {
      assertThat(one.failure()).isSameAs(two.failure());
    }
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void aLoaderThatWaitsForItself(EntryPoint entryPoint) {
    loader.doing(() -> cache.get("k", key -> "never"));
    Entry<String> entry = entryPoint.enter(cache, "k", loader);

    assertThat(entry.failure()).isExactlyInstanceOf(RecursiveFetchException.class);
    assertThat(((RecursiveFetchException) entry.failure()).chain()).containsExactly("k", "k");
  }

  @Test
  void anExecutorThatRejects() {
    RejectedExecutionException full = new RejectedExecutionException("full");
    CoalescingCache<String, String> rejecting =
        caches.cache(
            builder ->
                builder.executor(
                    task -> {
                      throw full;
                    }));

    Entry<String> handle = EntryPoint.ON_EXECUTOR.enter(rejecting, "k", loader);
    Entry<String> thrown = EntryPoint.BLOCKING.enter(rejecting, "k", loader);

    assertThat(handle.failure()).isExactlyInstanceOf(FetchRejectedException.class).hasCause(full);
    assertThat(thrown.failure()).isExactlyInstanceOf(FetchRejectedException.class).hasCause(full);
    assertThat(loader.starts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = EntryPoint.class,
      names = {"BLOCKING", "BLOCKING_BULK"})
  void theCallersInterrupt(EntryPoint entryPoint) {
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    ControlledLoader.Run<String> run = loader.run();
    entry.leave();

    assertThat(entry.failure())
        .isExactlyInstanceOf(FetchException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(((Entry.OfThread<String>) entry).caller().wasInterruptedAfterwards()).isTrue();
    run.awaitCancelled();
  }

  @Test
  void theCallersTimeout() {
    Loader<String, String> blocking = loader.blocking();
    Caller<String> caller = Caller.start(() -> cache.get("k", blocking, Duration.ofMillis(20)));

    assertThat(caller.failure()).isExactlyInstanceOf(FetchTimeoutException.class);
    loader.awaitStopped();
  }
}
