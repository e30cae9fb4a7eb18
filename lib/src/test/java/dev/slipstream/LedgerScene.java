package dev.slipstream;

import dev.slipstream.ledger.FetchLedger;
import dev.slipstream.ledger.InMemoryFetchLedger;
import dev.slipstream.ledger.LedgerOptions;
import dev.slipstream.ledger.LedgerOptionsBuilder;
import dev.slipstream.ledger.LedgerUnavailableException;
import dev.slipstream.testing.Eventually;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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
    return new Node(name, options.apply(LedgerOptions.builder().node(name)).build(), settings);
  }

  /** One cache, and what becomes of its calls to the ledger. */
  final class Node {
    final CoalescingCache<String, String> cache;

    private final Map<String, Supplier<CompletableFuture<?>>> instead = new ConcurrentHashMap<>();
    private final Map<String, Integer> calls = new ConcurrentHashMap<>();

    private Node(
        String name,
        LedgerOptions options,
        UnaryOperator<CoalescingCacheBuilder<Object, Object>> settings) {
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

    private @Nullable Object call(
        java.lang.reflect.Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
      calls.merge(method.getName(), 1, Integer::sum);
      Supplier<CompletableFuture<?>> answer = instead.get(method.getName());
      if (answer != null) {
        return answer.get();
      }
      try {
        return method.invoke(ledger, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }
  }
}
