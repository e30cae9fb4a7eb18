package dev.slipstream;

import dev.slipstream.internal.Texts;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The interceptors of a cache, the outermost first. */
final class LoaderInterceptors<K, V> {
  private final List<LoaderInterceptor<K, V>> interceptors;

  LoaderInterceptors(List<LoaderInterceptor<K, V>> interceptors) {
    this.interceptors = List.copyOf(interceptors);
  }

  /** Returns the loader of one fetch with all interceptors round it. */
  AsyncLoader<K, V> around(AsyncLoader<? super K, ? extends V> loader) {
    AsyncLoader<K, V> outermost = new Next<>(loader);
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      outermost = new Next<>(new Intercepted<>(interceptors.get(i), outermost));
    }
    return outermost;
  }

  private record Intercepted<K, V>(LoaderInterceptor<K, V> interceptor, AsyncLoader<K, V> next)
      implements AsyncLoader<K, V> {
    @Override
    public CompletionStage<? extends @Nullable V> load(K key, FetchContext context)
        throws Exception {
      CompletionStage<? extends @Nullable V> stage = interceptor.intercept(key, context, next);
      if (stage == null) {
        throw new NullPointerException(
            "cache %s: the interceptor %s returned a null stage for key %s: return a stage that completes with null if there is no value"
                .formatted(context.cacheName(), Texts.of(interceptor), Texts.of(key)));
      }
      return stage;
    }
  }

  /** What an interceptor is given: it calls it once at most. */
  private static final class Next<K, V> implements AsyncLoader<K, V> {
    private final AsyncLoader<? super K, ? extends V> loader;
    private final AtomicBoolean called = new AtomicBoolean();

    Next(AsyncLoader<? super K, ? extends V> loader) {
      this.loader = loader;
    }

    @Override
    public CompletionStage<? extends @Nullable V> load(K key, FetchContext context)
        throws Exception {
      if (!called.compareAndSet(false, true)) {
        throw new IllegalStateException(
            "cache %s: an interceptor called next a second time for key %s: call it once, and fetch again to load again"
                .formatted(context.cacheName(), Texts.of(key)));
      }
      return loader.load(key, context);
    }

    @Override
    public String toString() {
      return "next, " + Texts.of(loader);
    }
  }
}
