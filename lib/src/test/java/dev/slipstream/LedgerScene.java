package dev.slipstream;

import dev.slipstream.ledger.FeedListener;
import dev.slipstream.ledger.FetchLedger;
import dev.slipstream.ledger.InMemoryFetchLedger;
import dev.slipstream.ledger.LedgerFeed;
import dev.slipstream.ledger.LedgerOptions;
import dev.slipstream.ledger.LedgerOptionsBuilder;
import dev.slipstream.ledger.LedgerUnavailableException;
import dev.slipstream.testing.Eventually;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Nodes that share an in-memory ledger, each of which can be cut off from some of its calls. */
final class LedgerScene {
  final InMemoryFetchLedger<String, String> ledger = InMemoryFetchLedger.create();

  private final LeakCheck caches;

  LedgerScene(LeakCheck caches) {
    this.caches = caches;
  }

  Node node(String name) {
    return node(name, options -> options, builder -> builder);
  }

  Node node(String name, UnaryOperator<LedgerOptionsBuilder> options) {
    return node(name, options, builder -> builder);
  }

  Node node(
      String name,
      UnaryOperator<LedgerOptionsBuilder> options,
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> settings) {
    return node(name, options, settings, false);
  }

  /** Makes a node; one that is deaf gets no ticks. */
  Node node(
      String name,
      UnaryOperator<LedgerOptionsBuilder> options,
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> settings,
      boolean deaf) {
    LedgerOptions built =
        options.apply(LedgerOptions.builder().node(name).patience(Duration.ofSeconds(20))).build();
    return new Node(name, built, settings, deaf);
  }

  /** One cache, and what becomes of its calls to the ledger. */
  final class Node {
    final CoalescingCache<String, String> cache;

    private final Map<String, Supplier<CompletableFuture<?>>> instead = new ConcurrentHashMap<>();
    private final Map<String, Integer> calls = new ConcurrentHashMap<>();

    private final CountDownLatch attached = new CountDownLatch(1);
    private @Nullable FeedListener<String> listener;

    private Node(
        String name,
        LedgerOptions options,
        UnaryOperator<CoalescingCacheBuilder<Object, Object>> settings,
        boolean deaf) {
      if (deaf) {
        instead.put("listen", CompletableFuture::new);
      }
      cache =
          caches.track(
              settings
                  .apply(CoalescingCache.builder().name(name).recordStats())
                  .ledger(proxy(), options)
                  .build());
    }

    /** Makes calls fail as those of a ledger that is away. */
    void fails(String... methods) {
      failsWith(new LedgerUnavailableException("unplugged", null), methods);
    }

    void failsWith(RuntimeException failure, String... methods) {
      for (String method : methods) {
        instead.put(method, () -> CompletableFuture.failedFuture(failure));
      }
    }

    /** Makes calls throw. */
    void throwing(RuntimeException thrown, String... methods) {
      for (String method : methods) {
        instead.put(
            method,
            () -> {
              throw thrown;
            });
      }
    }

    /** Makes the next call of a method fail, and no further one. */
    void failsOnce(RuntimeException failure, String method) {
      instead.put(
          method,
          () -> {
            instead.remove(method);
            return CompletableFuture.failedFuture(failure);
          });
    }

    /** Makes calls get no answer. */
    void hangs(String... methods) {
      for (String method : methods) {
        instead.put(method, CompletableFuture::new);
      }
    }

    /** Makes calls work again. */
    void heals() {
      instead.clear();
    }

    /** Returns how often a method of the ledger was called. */
    int calls(String method) {
      return calls.getOrDefault(method, 0);
    }

    /** Waits until the node waits for a fetch of another. */
    void awaitWaiting() {
      Eventually.until(
          "the node waits for another's fetch", () -> cache.stats().remoteWaitCount() > 0);
    }

    private void settle() {
      Eventually.value(cache.ledgerSettled());
    }

    void invalidate(String key) {
      cache.invalidate(key);
      settle();
    }

    void put(String key, String value) {
      cache.put(key, value);
      settle();
    }

    @SuppressWarnings("unchecked")
    private FetchLedger<String, String> proxy() {
      return (FetchLedger<String, String>)
          Proxy.newProxyInstance(
              FetchLedger.class.getClassLoader(),
              new Class<?>[] {FetchLedger.class},
              (proxy, method, arguments) -> call(method, arguments));
    }

    private static LedgerFeed deafFeed() {
      return new LedgerFeed() {
        @Override
        public boolean isAttached() {
          return false;
        }

        @Override
        public void close() {}
      };
    }

    /** Returns what the node's feed notifies, once the feed has attached. */
    FeedListener<String> listener() {
      Eventually.opens(attached);
      return Objects.requireNonNull(listener);
    }

    private Object noting(FeedListener<String> notified) {
      return Proxy.newProxyInstance(
          FeedListener.class.getClassLoader(),
          new Class<?>[] {FeedListener.class},
          (proxy, method, arguments) -> {
            Object unused = method.invoke(notified, arguments);
            if (method.getName().equals("attached")) {
              attached.countDown();
            }
            return null;
          });
    }

    @SuppressWarnings("unchecked")
    private @Nullable Object call(Method method, @Nullable Object @Nullable [] arguments)
        throws Throwable {
      calls.merge(method.getName(), 1, Integer::sum);
      Supplier<CompletableFuture<?>> answer = instead.get(method.getName());
      if (answer != null) {
        return method.getName().equals("listen") ? deafFeed() : answer.get();
      }
      if (method.getName().equals("listen") && arguments != null) {
        FeedListener<String> notified = (FeedListener<String>) arguments[1];
        listener = notified;
        arguments[1] = noting(notified);
      }
      try {
        return method.invoke(ledger, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }
  }
}
