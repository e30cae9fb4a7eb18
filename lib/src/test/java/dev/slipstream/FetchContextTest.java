package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a running loader knows of its fetch. */
class FetchContextTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @Test
  void outsideALoaderThereIsNone() {
    assertThatThrownBy(FetchContext::current).isInstanceOf(IllegalStateException.class);
    assertThat(cache.get("k", key -> "v")).isEqualTo("v");
    assertThatThrownBy(FetchContext::current).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void afterALoaderOnThisThreadThereIsNone() {
    CoalescingCache<String, String> sameThread =
        caches.cache(builder -> builder.executor(Runnable::run));

    assertThat(sameThread.get("k", key -> "" + FetchContext.current().isAbandoned()))
        .isEqualTo("false");

    assertThatThrownBy(FetchContext::current).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anInnerLoaderHasItsOwnAndTheOuterGetsItsOwnBack() {
    CoalescingCache<String, String> sameThread =
        caches.cache(builder -> builder.executor(Runnable::run));
    List<FetchContext> seen = new ArrayList<>();
    sameThread.get(
        "outer",
        outer -> {
          seen.add(FetchContext.current());
          sameThread.get(
              "inner",
              inner -> {
                seen.add(FetchContext.current());
                return "i";
              });
          seen.add(FetchContext.current());
          return "o";
        });

    assertThat(seen).hasSize(3);
    assertThat(seen.get(1)).isNotSameAs(seen.get(0));
    assertThat(seen.get(2)).isSameAs(seen.get(0));
  }

  @Test
  void itIsTheExecutorOfTheCache() {
    ManualExecutor executor = new ManualExecutor();
    CoalescingCache<String, String> manual = caches.cache(builder -> builder.executor(executor));
    FetchHandle<String> handle =
        manual.getOrFetch(
            "k", (key, context) -> CompletableFuture.supplyAsync(() -> key + "!", context));
    assertThat(handle).isNotDone();

    executor.runAll();

    assertThat(Eventually.value(handle)).isEqualTo("k!");
  }

  @Test
  void anAsyncLoaderIsCalledOnItsCallersThread() {
    List<Thread> threads = new ArrayList<>();
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            (key, context) -> {
              threads.add(Thread.currentThread());
              return CompletableFuture.completedFuture("v");
            });

    assertThat(handle).isCompletedWithValue("v");
    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @Test
  void severalHooksAllRunThoughOneThrows() {
    AtomicInteger hooks = new AtomicInteger();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    FetchContext context = loader.run().context;
    context.onAbandon(hooks::incrementAndGet);
    context.onAbandon(
        () -> {
          throw new IllegalStateException("a hook's own");
        });
    context.onAbandon(hooks::incrementAndGet);

    handle.cancel(true);

    Eventually.passes(() -> assertThat(hooks).hasValue(2));
  }

  @Test
  void aFencedFetchIsNotAbandoned() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.invalidate("k");
    assertThat(loader.run().context.isAbandoned()).isFalse();

    handle.cancel(true);
    assertThat(loader.run().context.isAbandoned()).isTrue();
  }

  @Test
  void aFinishedFetchIsNeverAbandoned() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    loader.run().complete("v");
    handle.cancel(true);
    cache.close();

    assertThat(loader.run().context.isAbandoned()).isFalse();
  }
}
