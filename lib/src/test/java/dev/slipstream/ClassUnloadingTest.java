package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.canal.Reactor;
import dev.slipstream.internal.Threads;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.testing.Eventually;
import dev.slipstream.watch.KeyAwaiter;
import dev.slipstream.watch.KeyState;
import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * G23: the library's threads end after the last cache, and keep neither its class loader nor that
 * of an application. Each application here has a copy of the library of its own.
 */
class ClassUnloadingTest {
  /** What the library's threads asked for, with no more work to do, when the loader was closed. */
  private static final List<String> LATE = new CopyOnWriteArrayList<>();

  @Test
  void anApplicationThatHasClosedItsCachesIsUnloadedAndLoadsNoMoreClasses() throws Exception {
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (Application application : Application.values()) {
      loaders.add(run(application.name()));
    }

    Eventually.collects(
        "every class loader", () -> loaders.stream().allMatch(loader -> loader.get() == null));
    assertThat(LATE).as("classes asked for after the application was closed").isEmpty();
  }

  private static WeakReference<ClassLoader> run(String application) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    URLClassLoader loader = new ApplicationLoader(application, classPath());
    thread.setContextClassLoader(loader);
    try {
      Class<?> type = loader.loadClass(Application.class.getName());
      assertThat(type).isNotSameAs(Application.class);
      Object copy =
          Stream.of(type.getEnumConstants())
              .filter(constant -> constant.toString().equals(application))
              .findFirst()
              .orElseThrow();
      ((Runnable) copy).run();
    } finally {
      thread.setContextClassLoader(before);
      loader.close();
    }
    return new WeakReference<>(loader);
  }

  private static URL[] classPath() throws MalformedURLException {
    String paths =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<URL> urls = new ArrayList<>();
    for (String path : paths.split(File.pathSeparator)) {
      urls.add(Path.of(path).toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }

  /** Loads nothing more once it is closed, as the loaders of application servers do. */
  private static final class ApplicationLoader extends URLClassLoader {
    private final boolean late;
    private volatile boolean closed;

    ApplicationLoader(String application, URL[] classPath) {
      super(classPath, ClassLoader.getPlatformClassLoader());
      late = Application.valueOf(application).isLate();
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (closed && late) {
        LATE.add(name);
      }
      return super.findClass(name);
    }

    @Override
    public void close() throws IOException {
      closed = true;
      super.close();
    }
  }

  /** What an application does before it is undeployed. */
  enum Application implements Runnable {
    FETCH_TIMEOUT {
      @Override
      void use(CoalescingCache<String, String> cache) {
        cache.get("k", key -> "v");
      }
    },
    OR_TIMEOUT {
      @Override
      void use(CoalescingCache<String, String> cache) {
        FetchHandle<String> handle =
            cache.getOrFetch("k", (key, context) -> new CompletableFuture<>());
        handle.orTimeout(1, TimeUnit.HOURS);
        handle.cancel(true);
      }
    },
    CONTINUATION {
      @Override
      void use(CoalescingCache<String, String> cache) throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(2);
        cache.put("k", "v");
        cache.onComplete(
            "k",
            "c",
            ContinuationOptions.defaults().timeout(Duration.ofHours(1)).retries(1, Duration.ZERO),
            outcome -> {
              ran.countDown();
              throw new IllegalStateException("as a test needs it");
            });
        ran.await();
      }
    },
    POLLING {
      @Override
      void use(CoalescingCache<String, String> cache) {
        KeyAwaiter<String, String> awaiter = KeyAwaiter.polling(key -> new KeyState.Idle<>());
        awaiter.awaitOutcome("k").cancel(true);
      }
    },
    /** A thread of the pool has its first task until the class loader is closed. */
    LATE_LOAD {
      @Override
      void use(CoalescingCache<String, String> cache) throws InterruptedException {
        CountDownLatch began = new CountDownLatch(1);
        cache.getOrFetch(
            "k",
            key -> {
              began.countDown();
              holdOn();
              return "v";
            });
        began.await();
      }
    },
    /** The timer needs its first worker when the class loader is closed. */
    LATE_TIMER {
      @Override
      void use(CoalescingCache<String, String> cache) {
        Threads.timer().schedule(() -> {}, LATE_MILLIS, TimeUnit.MILLISECONDS);
      }
    },
    REACTOR {
      @Override
      void use(CoalescingCache<String, String> cache) {
        Reactor.run(cache.events().cursor(1), batch -> {}).close();
      }
    };

    private static final long LATE_MILLIS = 500;

    /** Returns whether the library's threads have nothing to do but to end, when it is closed. */
    boolean isLate() {
      return this == LATE_LOAD || this == LATE_TIMER;
    }

    abstract void use(CoalescingCache<String, String> cache) throws InterruptedException;

    /** Waits until the class loader has been closed, whatever interrupts it. */
    private static void holdOn() {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LATE_MILLIS);
      while (end - System.nanoTime() > 0) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        Thread.interrupted();
      }
    }

    @Override
    public void run() {
      CoalescingCacheBuilder<Object, Object> builder =
          CoalescingCache.builder().fetchTimeout(Duration.ofHours(1)).eventJournal(10);
      try (CoalescingCache<String, String> cache = builder.build()) {
        use(cache);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
