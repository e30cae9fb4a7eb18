package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.HookedKey;
import dev.slipstream.testing.StoppingKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G10, a write that is stopped anywhere, and a store that is: any call that comes in between, and
 * whatever it adopts or loads, what was written is what is there when the write has returned.
 */
class G10StoppedWriteTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  /** The write that is stopped, or that meets a stopped store. */
  enum By {
    PUT("written") {
      @Override
      void of(CoalescingCache<StoppingKey, String> cache, StoppingKey key) {
        cache.put(key, "written");
      }
    },
    PUT_ALL("written") {
      @Override
      void of(CoalescingCache<StoppingKey, String> cache, StoppingKey key) {
        cache.putAll(Map.of(key, "written"));
      }
    },
    INVALIDATE(null) {
      @Override
      void of(CoalescingCache<StoppingKey, String> cache, StoppingKey key) {
        cache.invalidate(key);
      }
    },
    INVALIDATE_KEYS(null) {
      @Override
      void of(CoalescingCache<StoppingKey, String> cache, StoppingKey key) {
        cache.invalidateAll(List.of(key));
      }
    },
    MAP_PUT("written") {
      @Override
      void of(CoalescingCache<StoppingKey, String> cache, StoppingKey key) {
        cache.asMap().put(key, "written");
      }
    },
    MAP_REMOVE(null) {
      @Override
      void of(CoalescingCache<StoppingKey, String> cache, StoppingKey key) {
        cache.asMap().remove(key);
      }
    },
    MAP_COMPUTE("written") {
      @Override
      void of(CoalescingCache<StoppingKey, String> cache, StoppingKey key) {
        cache.asMap().compute(key, (k, value) -> "written");
      }
    },
    MAP_REPLACE("written") {
      @Override
      void of(CoalescingCache<StoppingKey, String> cache, StoppingKey key) {
        cache.asMap().replace(key, "written");
      }
    },
    MAP_REMOVE_VALUE(null) {
      @Override
      void of(CoalescingCache<StoppingKey, String> cache, StoppingKey key) {
        cache.asMap().remove(key, "old");
      }
    };

    final String value;

    By(String value) {
      this.value = value;
    }

    abstract void of(CoalescingCache<StoppingKey, String> cache, StoppingKey key);
  }

  private CoalescingCache<StoppingKey, String> cacheWithOld() {
    CoalescingCache<StoppingKey, String> cache =
        caches.track(CoalescingCache.builder().recordStats().build());
    cache.put(StoppingKey.plain("k"), "old");
    return cache;
  }

  private static Caller<Boolean> start(
      CoalescingCache<StoppingKey, String> cache, By write, StoppingKey key) {
    return Caller.start(
        () -> {
          key.arm();
          write.of(cache, key);
          return true;
        });
  }

  @ParameterizedTest
  @EnumSource(By.class)
  void aCallerThatComesWhileTheWriteIsStoppedIsFencedByIt(By write) {
    HookedKey.everywhere(
        n -> {
          CoalescingCache<StoppingKey, String> cache = cacheWithOld();
          StoppingKey key = new StoppingKey("k", n);
          Caller<Boolean> writer = start(cache, write, key);
          boolean stopped = key.stops(writer);
          CompletableFuture<String> meanwhile = new CompletableFuture<>();
          FetchHandle<String> early =
              cache.getOrFetch(StoppingKey.plain("k"), (k, context) -> meanwhile);
          key.goOn();
          assertThat(writer.value()).isTrue();
          if (stopped) {
            seesOnly(write.value, cache, "stopped at " + n);
          }

          meanwhile.complete("read before the write returned");
          Eventually.until("the early one is answered", early::isDone);

          if (stopped) {
            assertThat(cache.getIfPresent(StoppingKey.plain("k")))
                .as("stopped at " + n)
                .isIn(write.value, "fresh");
          }
          cache.invalidate(StoppingKey.plain("k"));
          return stopped;
        });
  }

  @ParameterizedTest
  @EnumSource(By.class)
  void aRefreshThatStartsWhileTheWriteIsStoppedIsFencedByIt(By write) {
    HookedKey.everywhere(
        n -> {
          CoalescingCache<StoppingKey, String> cache = cacheWithOld();
          StoppingKey key = new StoppingKey("k", n);
          Caller<Boolean> writer = start(cache, write, key);
          boolean stopped = key.stops(writer);
          CompletableFuture<String> meanwhile = new CompletableFuture<>();
          FetchHandle<String> early =
              cache.refresh(StoppingKey.plain("k"), (k, context) -> meanwhile);
          key.goOn();
          assertThat(writer.value()).isTrue();
          if (stopped) {
            seesOnly(write.value, cache, "stopped at " + n);
          }
          meanwhile.complete("read before the write returned");
          assertThat(Eventually.value(early)).isEqualTo("read before the write returned");

          if (stopped) {
            assertThat(cache.getIfPresent(StoppingKey.plain("k")))
                .as("stopped at " + n)
                .isIn(write.value, "fresh");
          }
          return stopped;
        });
  }

  /** A call that starts now gets what was written, or loads on its own if it was removed. */
  private static void seesOnly(
      String written, CoalescingCache<StoppingKey, String> cache, String when) {
    FetchHandle<String> late =
        cache.getOrFetch(
            StoppingKey.plain("k"), (k, context) -> CompletableFuture.completedFuture("fresh"));
    assertThat(late.origin()).as(when).isEqualTo(written == null ? Origin.STARTED : Origin.HIT);
    assertThat(Eventually.value(late)).as(when).isEqualTo(written == null ? "fresh" : written);
  }

  @ParameterizedTest
  @EnumSource(
      value = By.class,
      names = {"MAP_REPLACE", "MAP_REMOVE_VALUE"},
      mode = EnumSource.Mode.EXCLUDE)
  void aStoreThatIsStoppedLosesToTheWrite(By write) {
    storeIsStopped(write, false);
  }

  @ParameterizedTest
  @EnumSource(By.class)
  void aStoreOfARefreshThatIsStoppedLosesToTheWrite(By write) {
    storeIsStopped(write, true);
  }

  private void storeIsStopped(By write, boolean refresh) {
    HookedKey.everywhere(
        n -> {
          CoalescingCache<StoppingKey, String> cache = cacheWithOld();
          StoppingKey key = new StoppingKey("k", n);
          CompletableFuture<String> promise = new CompletableFuture<>();
          if (!refresh) {
            cache.invalidate(StoppingKey.plain("k"));
          }
          FetchHandle<String> handle =
              refresh
                  ? cache.refresh(key, (k, context) -> promise)
                  : cache.getOrFetch(key, (k, context) -> promise);
          Caller<Boolean> completer =
              Caller.start(
                  () -> {
                    key.arm();
                    return promise.complete("fetched");
                  });
          boolean stopped = key.stops(completer);
          Caller<String> probe =
              Caller.start(() -> "saw " + cache.getIfPresent(StoppingKey.plain("k")));
          assertThat(probe.value()).startsWith("saw");
          Caller<Boolean> writer = start(cache, write, StoppingKey.plain("k"));
          Eventually.until("it returns or waits", () -> writer.isReturned() || waits(writer));

          key.goOn();
          assertThat(completer.value()).isTrue();
          assertThat(writer.value()).isTrue();

          assertThat(Eventually.value(handle)).isEqualTo("fetched");
          String cached = cache.getIfPresent(StoppingKey.plain("k"));
          if (write == By.MAP_REMOVE_VALUE) {
            assertThat(cached).as("stopped at " + n).isIn(null, "fetched");
          } else {
            assertThat(cached).as("stopped at " + n).isEqualTo(write.value);
          }
          return stopped;
        });
  }

  private static boolean waits(Thread thread) {
    Thread.State state = thread.getState();
    return state == Thread.State.BLOCKED
        || state == Thread.State.WAITING
        || state == Thread.State.TIMED_WAITING;
  }
}
