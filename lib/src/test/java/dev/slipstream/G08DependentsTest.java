package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G8, dependents of every make: however a stage was attached to a handle or a bulk future, and
 * however the fetch ends, what hangs on it runs as a task and holds up nobody.
 */
class G08DependentsTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ManualExecutor tasks = new ManualExecutor();
  private final CoalescingCache<String, String> cache =
      caches.cache(builder -> builder.continuationExecutor(tasks));
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  /** The ways of attaching a stage. */
  enum Attach {
    THEN_APPLY(handle -> handle.thenApply(value -> value)),
    WHEN_COMPLETE(handle -> handle.whenComplete((value, failure) -> {})),
    COPY(CompletableFuture::copy),
    ALL_OF(handle -> CompletableFuture.allOf(handle, new CompletableFuture<>().copy())),
    ANY_OF(handle -> CompletableFuture.anyOf(handle, new CompletableFuture<>())),
    THEN_COMBINE(handle -> handle.thenCombine(CompletableFuture.completedFuture("x"), (a, b) -> a)),
    OTHERS_THEN_COMBINE(
        handle -> CompletableFuture.completedFuture("x").thenCombine(handle, (a, b) -> b)),
    OTHERS_EITHER(handle -> new CompletableFuture<String>().applyToEither(handle, value -> value)),
    COMPOSED(handle -> CompletableFuture.completedFuture("x").thenCompose(x -> handle)),
    MINIMAL(handle -> handle.minimalCompletionStage().toCompletableFuture());

    final Function<FetchHandle<String>, CompletableFuture<?>> to;

    Attach(Function<FetchHandle<String>, CompletableFuture<?>> to) {
      this.to = to;
    }
  }

  @ParameterizedTest
  @EnumSource(Attach.class)
  void aHandleWithAStageIsDeliveredAsATaskAfterThoseWithout(Attach attach) {
    FetchHandle<String> with = cache.getOrFetch("k", loader.async());
    CompletableFuture<?> stage = attach.to.apply(with);
    FetchHandle<String> without = cache.getOrFetch("k", loader.async());

    loader.run().complete("v");
    assertThat(without).isCompletedWithValue("v");
    assertThat(stage).isNotDone();
    assertThat(tasks.size()).isEqualTo(1);

    tasks.runAll();
    assertThat(with).isCompletedWithValue("v");
    assertThat(stage.isDone()).isEqualTo(attach != Attach.ALL_OF);
  }

  /** The ways in which a fetch ends for all its callers. */
  enum End {
    VALUE {
      @Override
      void of(CoalescingCache<String, String> cache, ControlledLoader<String> loader) {
        loader.run().complete("v");
      }
    },
    ABSENCE {
      @Override
      void of(CoalescingCache<String, String> cache, ControlledLoader<String> loader) {
        loader.run().complete(null);
      }
    },
    FAILURE {
      @Override
      void of(CoalescingCache<String, String> cache, ControlledLoader<String> loader) {
        loader.run().fail(new IllegalStateException("down"));
      }
    },
    ABORT {
      @Override
      void of(CoalescingCache<String, String> cache, ControlledLoader<String> loader) {
        assertThat(cache.abort("k", new IllegalStateException("by hand"))).isTrue();
      }
    },
    CLOSE {
      @Override
      void of(CoalescingCache<String, String> cache, ControlledLoader<String> loader) {
        cache.close();
      }
    };

    abstract void of(CoalescingCache<String, String> cache, ControlledLoader<String> loader);
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void howeverTheFetchEndsDependentsRunAsTasks(End end) {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<Thread> dependent = handle.handle((value, failure) -> Thread.currentThread());
    FetchHandle<String> plain = cache.getOrFetch("k", loader.async());

    end.of(cache, loader);
    assertThat(dependent).isNotDone();
    assertThat(plain).isDone();

    tasks.runAll();
    assertThat(Eventually.value(dependent)).isSameAs(Thread.currentThread());
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void theDependentsOfABulkFutureHoldUpNobody(End end) {
    CoalescingCache<String, String> pooled = caches.cache();
    CountDownLatch release = new CountDownLatch(1);
    CompletableFuture<Map<String, String>> bulk = pooled.getAllOrFetch(List.of("k"), loader.bulk());
    CompletableFuture<Void> blocked =
        bulk.handle(
            (values, failure) -> {
              Eventually.opens(release);
              return null;
            });
    FetchHandle<String> peer = pooled.getOrFetch("k", loader.async());
    CompletableFuture<String> peersDependent = peer.handle((value, failure) -> "ran");

    Caller<Boolean> ender =
        Caller.start(
            () -> {
              end.of(pooled, loader);
              return true;
            });

    assertThat(ender.value()).as("it is not held up").isTrue();
    Eventually.until("the peer is answered", peer::isDone);
    assertThat(Eventually.value(peersDependent)).isEqualTo("ran");
    assertThat(blocked).isNotDone();
    release.countDown();
    assertThat(Eventually.value(blocked)).isNull();
  }

  @Test
  void aHandleMayHaveBothAWaitingThreadAndADependent() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<String> dependent = handle.thenApply(value -> value + "!");
    Caller<String> waiting = Caller.start(handle::join);
    Eventually.until("it waits", () -> waiting.getState() == Thread.State.WAITING);

    loader.run().complete("v");
    tasks.runAll();

    assertThat(waiting.value()).isEqualTo("v");
    assertThat(Eventually.value(dependent)).isEqualTo("v!");
  }

  @Test
  void aHundredBlockedDependentsHoldUpNeitherTheLoaderNorEachOther() {
    CoalescingCache<String, String> pooled = caches.cache();
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch all = new CountDownLatch(100);
    List<CompletableFuture<Void>> blocked =
        IntStream.range(0, 100)
            .mapToObj(
                i ->
                    pooled
                        .getOrFetch("k", loader.async())
                        .thenAccept(
                            value -> {
                              all.countDown();
                              Eventually.opens(release);
                            }))
            .toList();

    loader.run().complete("v");

    Eventually.opens(all);
    release.countDown();
    assertThat(blocked).allSatisfy(stage -> assertThat(Eventually.value(stage)).isNull());
  }
}
