package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The context of the caller that starts a fetch is open round the user code of that fetch. */
class ContextTest {
  private static final Executor OTHER_THREAD =
      task -> {
        var unused =
            Caller.start(
                () -> {
                  task.run();
                  return true;
                });
      };

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final Tenants tenants = new Tenants();
  private final FakeTicker ticker = new FakeTicker();

  /** What user code saw of the context. */
  private final List<String> seen = new CopyOnWriteArrayList<>();

  private CoalescingCache<String, String> cache(
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> with) {
    return caches.cache(builder -> with.apply(builder.ticker(ticker).contextPropagator(tenants)));
  }

  private CoalescingCache<String, String> cache() {
    return cache(builder -> builder);
  }

  private void see(String what) {
    seen.add(what + " " + Tenants.current());
  }

  /** Each context that was opened is closed, and nothing of it is left on the test's thread. */
  @AfterEach
  void everyScopeIsClosed() {
    Eventually.until("all is closed", () -> tenants.opens.get() == tenants.closes.get());
    assertThat(Tenants.current()).isNull();
  }

  private final Loader<String, String> blocking =
      key -> {
        see("load");
        return "v";
      };

  private final AsyncLoader<String, String> async =
      (key, context) -> {
        see("load");
        return CompletableFuture.completedFuture("v");
      };

  private final BulkLoader<String, String> bulk =
      (keys, context) -> {
        see("load");
        return CompletableFuture.completedFuture(Map.of("k", "v"));
      };

  /** Calls that load "k", and return when that is done. */
  private enum Call {
    GET_OR_FETCH {
      @Override
      void load(ContextTest test, CoalescingCache<String, String> cache) {
        Eventually.value(cache.getOrFetch("k", test.blocking));
      }
    },
    GET_OR_FETCH_ASYNC {
      @Override
      void load(ContextTest test, CoalescingCache<String, String> cache) {
        Eventually.value(cache.getOrFetch("k", test.async));
      }
    },
    GET_OR_FETCH_ON_AN_EXECUTOR {
      @Override
      void load(ContextTest test, CoalescingCache<String, String> cache) {
        Eventually.value(cache.getOrFetch("k", AsyncLoader.blocking(test.blocking, OTHER_THREAD)));
      }
    },
    GET {
      @Override
      void load(ContextTest test, CoalescingCache<String, String> cache) {
        cache.get("k", test.blocking);
      }
    },
    GET_IN_TIME {
      @Override
      void load(ContextTest test, CoalescingCache<String, String> cache) {
        cache.get("k", test.blocking, Duration.ofSeconds(Eventually.SECONDS));
      }
    },
    GET_ALL_OR_FETCH {
      @Override
      void load(ContextTest test, CoalescingCache<String, String> cache) {
        Eventually.value(cache.getAllOrFetch(List.of("k"), test.bulk));
      }
    },
    GET_ALL {
      @Override
      void load(ContextTest test, CoalescingCache<String, String> cache) {
        cache.getAll(List.of("k"), test.bulk);
      }
    },
    REFRESH {
      @Override
      void load(ContextTest test, CoalescingCache<String, String> cache) {
        Eventually.value(cache.refresh("k", test.blocking));
      }
    },
    REFRESH_ASYNC {
      @Override
      void load(ContextTest test, CoalescingCache<String, String> cache) {
        Eventually.value(cache.refresh("k", test.async));
      }
    },
    PREFETCH {
      @Override
      void load(ContextTest test, CoalescingCache<String, String> cache) {
        cache.prefetch("k", test.blocking);
        Eventually.until("it is prefetched", () -> cache.getIfPresent("k") != null);
      }
    },
    PREFETCH_ASYNC {
      @Override
      void load(ContextTest test, CoalescingCache<String, String> cache) {
        cache.prefetch("k", test.async);
      }
    };

    abstract void load(ContextTest test, CoalescingCache<String, String> cache);
  }

  @ParameterizedTest
  @EnumSource(Call.class)
  void everyCallLoadsAndInsertsInItsCallersContext(Call call) {
    CoalescingCache<String, String> cache = cache(this::noting);
    Tenants.as("t", () -> call.load(this, cache));

    assertThat(seen).containsExactly("load t", "insert t");
    assertThat(tenants.captures).hasValue(1);
  }

  private CoalescingCacheBuilder<Object, Object> noting(
      CoalescingCacheBuilder<Object, Object> builder) {
    return builder.onInsert(
        (key, fetched, current) -> {
          see("insert");
          return fetched;
        });
  }

  @ParameterizedTest
  @EnumSource(Call.class)
  void anExecutorThatRunsTasksOnTheCallingThreadMakesNoDifference(Call call) {
    CoalescingCache<String, String> cache =
        cache(builder -> noting(builder.executor(Runnable::run)));
    Tenants.as("t", () -> call.load(this, cache));

    assertThat(seen).containsExactly("load t", "insert t");
  }

  @Test
  void aReloadRunsInTheContextOfItsCaller() {
    CoalescingCache<String, String> cache = cache();
    cache.put("k", "old");
    Loader<String, String> reloading =
        new Loader<>() {
          @Override
          public String load(String key) {
            throw new AssertionError("the key is cached");
          }

          @Override
          public String reload(String key, String old) {
            see("reload " + old);
            return "new";
          }
        };
    Tenants.as("t", () -> Eventually.value(cache.refresh("k", reloading)));

    assertThat(seen).containsExactly("reload old t");
  }

  /** What starts a refresh in the background. */
  private enum Reading {
    ONE {
      @Override
      void read(ContextTest test, CoalescingCache<String, String> cache) {
        assertThat(cache.getOrFetch("k", test.blocking)).isCompletedWithValue("old");
      }
    },
    SEVERAL {
      @Override
      void read(ContextTest test, CoalescingCache<String, String> cache) {
        assertThat(cache.getAll(List.of("k"), test.bulk)).isEqualTo(Map.of("k", "old"));
      }
    };

    abstract void read(ContextTest test, CoalescingCache<String, String> cache);
  }

  @ParameterizedTest
  @EnumSource(Reading.class)
  void theRefreshOfADueEntryRunsInTheContextOfTheCallerThatStartsIt(Reading reading) {
    CoalescingCache<String, String> cache =
        cache(builder -> builder.refreshAfterWrite(Duration.ofMinutes(1)));
    cache.put("k", "old");
    ticker.advance(Duration.ofMinutes(1));
    Tenants.as("t", () -> reading.read(this, cache));

    Eventually.until("it is refreshed", () -> "v".equals(cache.getIfPresent("k")));
    assertThat(seen).containsExactly("load t");
  }

  @Test
  void anEarlyRefreshRunsInTheContextOfTheCallerThatStartsIt() {
    CoalescingCache<String, String> cache =
        cache(
            builder ->
                builder.expireAfterWrite(Duration.ofNanos(1)).earlyRefresh(Double.MAX_VALUE));
    Tenants.as("first", () -> cache.get("k", blocking));
    Tenants.as("t", () -> assertThat(cache.getOrFetch("k", blocking)).isCompletedWithValue("v"));

    Eventually.until("it is refreshed", () -> cache.stats().successCount() == 2);
    assertThat(seen).containsExactly("load first", "load t");
  }

  @Test
  void aJoinAndAHitAddNoContext() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    CoalescingCache<String, String> cache = cache(this::noting);
    Tenants.as("first", () -> cache.prefetch("k", (key, context) -> answer));
    Tenants.as("second", () -> cache.prefetch("k", async));
    Tenants.as("third", () -> answer.complete("v"));
    Tenants.as("fourth", () -> assertThat(cache.get("k", blocking)).isEqualTo("v"));

    assertThat(seen).containsExactly("insert first");
    assertThat(tenants.captures).as("a join and a hit capture nothing").hasValue(1);
  }

  @Test
  void continuationsOnTheStartersHandleRunInItsContextAndNoOthers() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    CoalescingCache<String, String> cache = cache();
    CountDownLatch ran = new CountDownLatch(4);
    Tenants.as(
        "first",
        () -> {
          FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> answer);
          handle.onComplete("c", outcome -> note("starter", ran));
          cache.onComplete("k", "c", outcome -> note("key", ran));
        });
    FetchHandle<String> joined = cache.joinIfInFlight("k");
    Tenants.as("second", () -> joined.onComplete("c", outcome -> note("joined", ran)));
    assertThat(answer.complete("v")).isTrue();
    Tenants.as("third", () -> joined.onComplete("late", outcome -> note("late", ran)));

    Eventually.opens(ran);
    assertThat(seen)
        .containsExactlyInAnyOrder("starter first", "key null", "joined null", "late null");
  }

  private void note(String what, CountDownLatch ran) {
    see(what);
    ran.countDown();
  }

  @Test
  void aContinuationThatIsRegisteredLateRunsInTheStartersContextAsWell() {
    CoalescingCache<String, String> cache = cache();
    CountDownLatch ran = new CountDownLatch(1);
    Tenants.as(
        "first",
        () -> {
          CompletableFuture<String> answer = new CompletableFuture<>();
          FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> answer);
          answer.complete("v");
          Tenants.as("second", () -> handle.onComplete("c", outcome -> note("starter", ran)));
        });

    Eventually.opens(ran);
    assertThat(seen).containsExactly("starter first");
  }

  @Test
  void interceptorsRunInTheContext() {
    CoalescingCache<String, String> cache = intercepted();
    Tenants.as("t", () -> cache.get("k", blocking));

    assertThat(seen).containsExactly("intercept t", "load t");
  }

  @Test
  void inABulkInterceptorsRunInTheContextAndALateNextDoesToo() {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    CoalescingCache<String, String> cache =
        intercepted(
            (key, context, next) ->
                key.equals("late")
                    ? gate.thenCompose(none -> next(next, key, context))
                    : next.load(key, context));
    BulkLoader<String, String> echo =
        (keys, context) -> {
          see("load " + keys);
          return CompletableFuture.completedFuture(Map.of(keys.iterator().next(), "v"));
        };
    CompletableFuture<?>[] all = new CompletableFuture<?>[1];
    Tenants.as("t", () -> all[0] = cache.getAllOrFetch(List.of("k", "late"), echo));
    Tenants.as("other", () -> gate.complete(null));

    assertThat(all[0].join()).isEqualTo(Map.of("k", "v", "late", "v"));
    assertThat(seen).containsExactly("intercept t", "intercept t", "load [k] t", "load [late] t");
  }

  private static CompletableFuture<String> next(
      AsyncLoader<? super String, ? extends String> next, String key, FetchContext context) {
    try {
      return next.load(key, context).thenApply(value -> (String) value).toCompletableFuture();
    } catch (Exception e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CoalescingCache<String, String> intercepted() {
    return intercepted((key, context, next) -> next.load(key, context));
  }

  private CoalescingCache<String, String> intercepted(
      LoaderInterceptor<String, String> interceptor) {
    return caches.track(
        CoalescingCache.builder()
            .name("test")
            .contextPropagator(tenants)
            .<String, String>loaderInterceptor(
                (key, context, next) -> {
                  see("intercept");
                  return interceptor.intercept(key, context, next);
                })
            .build());
  }

  @Test
  void aValueThatABulkWasNotAskedForIsInsertedInItsContext() {
    CompletableFuture<Map<String, String>> answer = new CompletableFuture<>();
    CoalescingCache<String, String> cache = cache(this::noting);
    Tenants.as(
        "t",
        () -> {
          var unused = cache.getAllOrFetch(List.of("k"), (keys, context) -> answer);
        });
    Tenants.as("other", () -> answer.complete(Map.of("extra", "v")));

    assertThat(cache.getIfPresent("extra")).isEqualTo("v");
    assertThat(seen).containsExactly("insert t");
  }

  @Test
  void aLoadThatStartsAsATaskDeepInTheStackRunsInTheContext() {
    CoalescingCache<String, String> cache = cache();
    Tenants.as("t", () -> Eventually.value(cache.getOrFetch("200", chain(cache))));

    assertThat(seen).hasSize(201).containsOnly("load t");
  }

  private AsyncLoader<String, String> chain(CoalescingCache<String, String> cache) {
    return (key, context) -> {
      see("load");
      int n = Integer.parseInt(key);
      return n == 0
          ? CompletableFuture.completedFuture("v")
          : cache.getOrFetch(String.valueOf(n - 1), chain(cache));
    };
  }

  @Test
  void inACacheWithALedgerTheLoaderRunsInTheContext() {
    CoalescingCache<String, String> cache =
        new LedgerScene(caches)
            .node("a", options -> options, builder -> noting(builder.contextPropagator(tenants)))
            .cache;
    Tenants.as("t", () -> cache.get("one", blocking));
    Tenants.as("u", () -> assertThat(cache.getAll(List.of("k", "other"), bulk)).hasSize(1));

    assertThat(seen).containsExactly("load t", "insert t", "load u", "insert u");
  }

  @Test
  void keysOfOneBulkAreLoadedInOneContext() {
    CoalescingCache<String, String> cache = cache();
    BulkLoader<String, String> echo =
        (keys, context) -> {
          see("load " + keys.equals(Set.of("a", "b")));
          return CompletableFuture.completedFuture(Map.of());
        };
    Tenants.as("t", () -> cache.getAll(Arrays.asList("a", "b"), echo));

    assertThat(seen).containsExactly("load true t");
    assertThat(tenants.captures).hasValue(1);
  }
}
