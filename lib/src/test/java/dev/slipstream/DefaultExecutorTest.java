package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The default executor: virtual threads where the JDK has them, else daemon threads, and never the
 * common pool. Loaders and continuations run on it.
 */
class DefaultExecutorTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, Thread> cache =
      caches.track(CoalescingCache.builder().build());

  private Thread loaderThread() {
    return cache.get("k", key -> Thread.currentThread());
  }

  private Thread continuationThread() {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    cache.put("c", Thread.currentThread());
    cache.onComplete("c", "c", outcome -> thread.complete(Thread.currentThread()));
    return Eventually.value(thread);
  }

  @Test
  void loadersRunOnADaemonThreadThatIsNotTheCommonPools() {
    assertThat(loaderThread().isDaemon()).isTrue();
    assertThat(isOfTheCommonPool(loaderThread())).isFalse();
    assertThat(loaderThread()).isNotSameAs(Thread.currentThread());
  }

  @Test
  void continuationsRunOnADaemonThreadThatIsNotTheCommonPools() {
    assertThat(continuationThread().isDaemon()).isTrue();
    assertThat(isOfTheCommonPool(continuationThread())).isFalse();
    assertThat(continuationThread()).isNotSameAs(Thread.currentThread());
  }

  private static boolean isOfTheCommonPool(Thread thread) {
    return thread instanceof ForkJoinWorkerThread worker
        && worker.getPool() == ForkJoinPool.commonPool();
  }

  @Test
  @Tag("jdk21")
  void loadersAndContinuationsRunOnVirtualThreads() throws ReflectiveOperationException {
    assertThat(isVirtual(loaderThread())).isTrue();
    assertThat(isVirtual(continuationThread())).isTrue();
  }

  @Test
  @Tag("jdk21")
  void tenThousandVirtualThreadsShareOneLoad() throws ReflectiveOperationException {
    CoalescingCache<String, String> shared = caches.cache();
    ControlledLoader<String> loader = new ControlledLoader<>();
    Loader<String, String> blocking = loader.blocking();
    AtomicInteger answers = new AtomicInteger();
    Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
    for (int i = 0; i < 10_000; i++) {
      Runnable get = () -> answers.addAndGet(shared.get("k", blocking).equals("v") ? 1 : 0);
      assertThat(start.invoke(null, get)).isNotNull();
    }
    Eventually.until("all wait", () -> EntryPoint.awaiters(shared, "k") == 10_000);

    loader.run().complete("v");

    Eventually.passes(() -> assertThat(answers).hasValue(10_000));
    assertThat(loader.starts()).isEqualTo(1);
  }

  /** Asks {@code Thread.isVirtual}, which JDK 17 does not have. */
  private static boolean isVirtual(Thread thread) throws ReflectiveOperationException {
    return (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
  }

  @Test
  void manyLoadersMayBlockAtOnce() {
    CoalescingCache<String, String> blocking = caches.cache();
    ControlledLoader<String> loader = new ControlledLoader<>();
    List<FetchHandle<String>> handles =
        IntStream.range(0, 100)
            .mapToObj(i -> blocking.getOrFetch("k" + i, loader.blocking()))
            .toList();
    Eventually.until("all run", () -> loader.starts() == 100);

    for (int i = 0; i < 100; i++) {
      loader.run(i).complete("v");
    }

    assertThat(handles).allSatisfy(handle -> assertThat(Eventually.value(handle)).isEqualTo("v"));
  }
}
