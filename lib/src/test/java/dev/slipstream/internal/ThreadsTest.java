package dev.slipstream.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The library's threads inherit nothing from those that start them. */
class ThreadsTest {
  private static final InheritableThreadLocal<String> USER = new InheritableThreadLocal<>();

  static Stream<Executor> executors() {
    return Stream.of(
        new CachedPool(),
        task -> Threads.executor().execute(task), // hidden: JUnit would close it
        Threads.callbacks(),
        task -> new TimerThread(0).schedule(task, 0, TimeUnit.SECONDS));
  }

  @ParameterizedTest
  @MethodSource("executors")
  void noThreadInheritsThreadLocals(Executor executor) {
    USER.set("alice");
    try {
      assertThat(seenBy(executor, () -> String.valueOf(USER.get()))).isEqualTo("null");
    } finally {
      USER.remove();
    }
  }

  @ParameterizedTest
  @MethodSource("executors")
  void noThreadInheritsTheContextClassLoader(Executor executor) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    ClassLoader application = new ClassLoader(null) {};
    thread.setContextClassLoader(application);
    try {
      assertThat(seenBy(executor, () -> Thread.currentThread().getContextClassLoader()))
          .isNotSameAs(application);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @ParameterizedTest
  @MethodSource("executors")
  void everyThreadIsADaemon(Executor executor) {
    assertThat(seenBy(executor, () -> Thread.currentThread().isDaemon())).isTrue();
  }

  @Test
  void aThreadStartsThoughItsStartersGroupIsNoMore() throws Exception {
    ThreadGroup group = new ThreadGroup("application");
    CompletableFuture<ThreadGroup> seen = new CompletableFuture<>();
    Thread starter =
        new Thread(
            group,
            () ->
                new CachedPool()
                    .execute(() -> seen.complete(Thread.currentThread().getThreadGroup())));
    starter.start();

    assertThat(Eventually.value(seen).parentOf(group)).isTrue();
    assertThat(Eventually.value(seen)).isNotSameAs(group);
  }

  private static <T> T seenBy(Executor executor, Supplier<T> look) {
    CompletableFuture<T> seen = new CompletableFuture<>();
    executor.execute(() -> seen.complete(look.get()));
    return Eventually.value(seen);
  }
}
