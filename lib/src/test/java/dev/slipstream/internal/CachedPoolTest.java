package dev.slipstream.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The pool of users' code where there are no virtual threads. */
class CachedPoolTest {
  private final CachedPool pool = new CachedPool();
  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void asManyTasksAsThereAreRunAtOnce() {
    CountDownLatch all = new CountDownLatch(50);
    for (int i = 0; i < 50; i++) {
      pool.execute(
          () -> {
            all.countDown();
            Eventually.opens(all);
            runs.incrementAndGet();
          });
    }
    Eventually.until("all have run", () -> runs.get() == 50);
  }

  @Test
  void aThreadThatIdlesTakesTheNextTask() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 100; i++) {
      AtomicReference<Thread> ran = new AtomicReference<>();
      pool.execute(() -> ran.set(Thread.currentThread()));
      Eventually.until("it has run", () -> ran.get() != null);
      Eventually.until("it idles", () -> ran.get().getState() == Thread.State.TIMED_WAITING);
      threads.add(ran.get());
    }
    assertThat(threads).hasSize(1);
  }

  @Test
  void noTaskIsLostWhileThreadsComeToIdle() throws Exception {
    Thread other = new Thread(this::executeMany);
    other.start();
    executeMany();
    other.join();
    Eventually.until("all have run", () -> runs.get() == 100_000);
  }

  private void executeMany() {
    for (int i = 0; i < 50_000; i++) {
      pool.execute(runs::incrementAndGet);
    }
  }

  @Test
  void anInterruptOfOneTaskIsNotLeftToTheNext() {
    AtomicReference<Thread> first = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    pool.execute(
        () -> {
          Thread.currentThread().interrupt();
          first.set(Thread.currentThread());
        });
    Eventually.until("it has run", () -> first.get() != null);
    Eventually.until("it idles", () -> first.get().getState() == Thread.State.TIMED_WAITING);

    pool.execute(() -> flag.set(Thread.currentThread().isInterrupted()));

    Eventually.until("the next has run", () -> flag.get() != null);
    assertThat(flag).hasValue(false);
  }

  @Test
  void aThreadThatIdlesKeepsNothingOfItsLastTask() {
    Object held = new Object();
    WeakReference<Object> reference = new WeakReference<>(held);
    pool.execute(keeping(held));
    held = null;
    Eventually.collects("what the task kept", () -> reference.get() == null);
  }

  private Runnable keeping(Object held) {
    return () -> runs.addAndGet(held.hashCode());
  }

  @Test
  void aTaskThatThrowsIsReportedAndItsThreadGoesOn() {
    AtomicReference<Throwable> reported = new AtomicReference<>();
    CountDownLatch ran = new CountDownLatch(1);
    IllegalStateException thrown = new IllegalStateException("broken");
    pool.execute(
        () -> {
          Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> reported.set(e));
          throw thrown;
        });
    Eventually.until("it is reported", () -> reported.get() == thrown);

    pool.execute(ran::countDown);

    Eventually.opens(ran);
  }
}
