package dev.slipstream.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CoalescingCache;
import dev.slipstream.CoalescingCacheBuilder;
import dev.slipstream.testing.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.publisher.Hooks;

/**
 * The caches of a test. After it nothing is in flight that the test has not left so, and Reactor
 * has been given no error that nobody takes.
 */
final class Caches implements BeforeEachCallback, AfterEachCallback {
  private final List<CoalescingCache<Integer, String>> made = new ArrayList<>();
  private final List<Throwable> dropped = new CopyOnWriteArrayList<>();

  CoalescingCache<Integer, String> cache(
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> settings) {
    CoalescingCache<Integer, String> cache =
        settings.apply(CoalescingCache.builder().maximumSize(100)).build();
    made.add(cache);
    return cache;
  }

  CoalescingCache<Integer, String> cache() {
    return cache(builder -> builder);
  }

  /** Returns the errors that Reactor has dropped, and forgets them. */
  List<Throwable> takeDropped() {
    List<Throwable> taken = List.copyOf(dropped);
    dropped.clear();
    return taken;
  }

  @Override
  public void beforeEach(ExtensionContext test) {
    Hooks.onErrorDropped(dropped::add);
  }

  @Override
  public void afterEach(ExtensionContext test) {
    try {
      for (CoalescingCache<Integer, String> cache : made) {
        Eventually.until("nothing is in flight", () -> cache.inFlightCount() == 0);
        cache.close();
      }
      assertThat(dropped).as("errors that Reactor dropped").isEmpty();
    } finally {
      Hooks.resetOnErrorDropped();
    }
  }
}
