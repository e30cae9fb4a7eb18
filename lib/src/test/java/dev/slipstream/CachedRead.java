package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A way to ask for a key that is cached. */
enum CachedRead {
  GET_OR_FETCH {
    @Override
    @Nullable String ask(CoalescingCache<String, String> cache, Source source) {
      FetchHandle<String> handle = cache.getOrFetch("k", source.async());
      return Eventually.value(handle);
    }
  },
  GET_OR_FETCH_BLOCKING {
    @Override
    @Nullable String ask(CoalescingCache<String, String> cache, Source source) {
      return Eventually.value(cache.getOrFetch("k", source.blocking()));
    }
  },
  GET {
    @Override
    @Nullable String ask(CoalescingCache<String, String> cache, Source source) {
      return cache.get("k", source.blocking());
    }
  },
  GET_WITH_TIMEOUT {
    @Override
    @Nullable String ask(CoalescingCache<String, String> cache, Source source) {
      return cache.get("k", source.blocking(), Duration.ofSeconds(Eventually.SECONDS));
    }
  },
  PREFETCH {
    @Override
    @Nullable String ask(CoalescingCache<String, String> cache, Source source) {
      String present = cache.getIfPresent("k");
      cache.prefetch("k", source.async());
      return present;
    }
  },
  GET_ALL_OR_FETCH {
    @Override
    @Nullable String ask(CoalescingCache<String, String> cache, Source source) {
      return cache.getAllOrFetch(List.of("k"), source.bulk()).join().get("k");
    }
  },
  GET_ALL {
    @Override
    @Nullable String ask(CoalescingCache<String, String> cache, Source source) {
      return cache.getAll(List.of("k"), source.bulk()).get("k");
    }
  };

  abstract @Nullable String ask(CoalescingCache<String, String> cache, Source source);

  /** Returns whether a refresh through it calls {@code reload}. */
  boolean reloads() {
    return this != GET_ALL_OR_FETCH && this != GET_ALL;
  }

  /** A source of values that counts its calls, as a loader of each form. */
  static final class Source {
    private final Supplier<CompletableFuture<String>> answers;
    final AtomicInteger calls = new AtomicInteger();
    final Map<String, String> olds = new ConcurrentHashMap<>();

    Source(Supplier<CompletableFuture<String>> answers) {
      this.answers = answers;
    }

    private CompletableFuture<String> answer() {
      calls.incrementAndGet();
      return answers.get();
    }

    AsyncLoader<String, String> async() {
      return new AsyncLoader<>() {
        @Override
        public CompletableFuture<String> load(String key, FetchContext context) {
          return answer();
        }

        @Override
        public CompletableFuture<String> reload(String key, String old, FetchContext context) {
          assertThat(old).isNotNull();
          olds.put(key, old);
          return answer();
        }
      };
    }

    Loader<String, String> blocking() {
      return new Loader<>() {
        @Override
        public @Nullable String load(String key) throws Exception {
          return answer().get();
        }

        @Override
        public @Nullable String reload(String key, String old) throws Exception {
          olds.put(key, old);
          return answer().get();
        }
      };
    }

    BulkLoader<String, String> bulk() {
      return (keys, context) ->
          answer().thenApply(value -> value == null ? Map.of() : Map.of("k", value));
    }
  }
}
