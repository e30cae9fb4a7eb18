package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G15, no leak: at rest nothing is left, and while a fetch runs at most 64 handles that have left
 * it are still referred to, or as many as live, if those are more.
 */
class G15NoLeakTest {
  private static final int MANY = 20_000;

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @Test
  void handlesThatLeftAPendingFetchAreForgotten() {
    FetchHandle<String> keeper = cache.getOrFetch("k", loader.async());
    List<WeakReference<FetchHandle<String>>> left = joinAndLeave(MANY);

    assertThat(EntryPoint.awaiters(cache, "k")).isEqualTo(1);
    Eventually.collects("all but 64 are collected", () -> alive(left) <= 64);

    loader.run().complete("v");
    assertThat(Eventually.value(keeper)).isEqualTo("v");
  }

  @Test
  void amongManyThatStayNoMoreThanThatManyThatLeftAreKept() {
    List<FetchHandle<String>> stay = new ArrayList<>();
    List<WeakReference<FetchHandle<String>>> left = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      stay.add(cache.getOrFetch("k", loader.async()));
      left.addAll(joinAndLeave(20));
    }

    assertThat(EntryPoint.awaiters(cache, "k")).isEqualTo(200);
    Eventually.collects("all but 200 are collected", () -> alive(left) <= 200);

    loader.run().complete("v");
    assertThat(stay).allSatisfy(handle -> assertThat(Eventually.value(handle)).isEqualTo("v"));
  }

  /** How callers leave that have all come before. */
  enum Order {
    AS_THEY_CAME(handles -> {}),
    THE_NEWEST_FIRST(Collections::reverse),
    ANY(handles -> Collections.shuffle(handles, new Random(42)));

    final Consumer<List<?>> arrange;

    Order(Consumer<List<?>> arrange) {
      this.arrange = arrange;
    }
  }

  @ParameterizedTest
  @EnumSource
  void callersThatLeaveInWhateverOrderAreForgottenToo(Order order) {
    FetchHandle<String> keeper = cache.getOrFetch("k", loader.async());
    List<WeakReference<FetchHandle<String>>> left = joinAllThenLeaveAll(5_000, order);

    assertThat(EntryPoint.awaiters(cache, "k")).isEqualTo(1);
    Eventually.collects("all but 64 are collected", () -> alive(left) <= 64);

    loader.run().complete("v");
    assertThat(Eventually.value(keeper)).isEqualTo("v");
  }

  @ParameterizedTest
  @EnumSource
  void theLastToLeaveEndsTheFetchInWhateverOrder(Order order) {
    List<FetchHandle<String>> handles = joinAll(1_000);
    order.arrange.accept(handles);
    for (int i = 0; i < 1_000; i++) {
      assertThat(loader.run().isCancelled()).as("%s have left", i).isFalse();
      handles.get(i).cancel(true);
    }
    loader.run().awaitCancelled();
  }

  private List<WeakReference<FetchHandle<String>>> joinAndLeave(int times) {
    List<WeakReference<FetchHandle<String>>> left = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
      left.add(new WeakReference<>(handle));
      handle.cancel(true);
    }
    return left;
  }

  @ParameterizedTest
  @EnumSource
  void callersThatLeaveBeforeOneThatCameLastAreForgottenToo(Order order) {
    List<FetchHandle<String>> handles = joinAll(5_000);
    FetchHandle<String> keeper = cache.getOrFetch("k", loader.async());
    List<WeakReference<FetchHandle<String>>> left = leaveAll(handles, order);
    handles.clear();

    Eventually.collects("all but 64 are collected", () -> alive(left) <= 64);

    loader.run().complete("v");
    assertThat(Eventually.value(keeper)).isEqualTo("v");
  }

  private List<FetchHandle<String>> joinAll(int count) {
    List<FetchHandle<String>> handles = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      handles.add(cache.getOrFetch("k", loader.async()));
    }
    return handles;
  }

  private List<WeakReference<FetchHandle<String>>> joinAllThenLeaveAll(int count, Order order) {
    return leaveAll(joinAll(count), order);
  }

  private static List<WeakReference<FetchHandle<String>>> leaveAll(
      List<FetchHandle<String>> handles, Order order) {
    List<WeakReference<FetchHandle<String>>> left = new ArrayList<>();
    order.arrange.accept(handles);
    handles.forEach(
        handle -> {
          handle.cancel(true);
          left.add(new WeakReference<>(handle));
        });
    return left;
  }

  private static long alive(List<WeakReference<FetchHandle<String>>> handles) {
    return handles.stream().filter(reference -> reference.get() != null).count();
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void nothingIsInFlightOnceTheCallersAreAnswered(EntryPoint entryPoint) {
    for (int i = 0; i < 20; i++) {
      ControlledLoader<String> own = new ControlledLoader<>();
      Entry<String> entry = entryPoint.enter(cache, "k" + i, own);
      own.run().complete("v");
      assertThat(entry.value()).isEqualTo("v");
      assertThat(cache.joinIfInFlight("k" + i)).isNull();
    }
    assertThat(cache.inFlight()).isEmpty();
  }

  @Test
  void aLatchedFlightIsNotKeptByTheCache() {
    WeakReference<Object> value = fetchAndForget();

    Eventually.collects("the evicted value is collected", () -> value.get() == null);
  }

  private WeakReference<Object> fetchAndForget() {
    CoalescingCache<String, Object> objects =
        caches.track(CoalescingCache.builder().<String, Object>build());
    Object value = new Object();
    FetchHandle<Object> handle =
        objects.getOrFetch("k", (key, context) -> CompletableFuture.completedFuture(value));
    assertThat(Eventually.value(handle)).isSameAs(value);
    objects.invalidate("k");
    return new WeakReference<>(value);
  }

  @Test
  void anAbandonedFlightIsNotKeptByTheCacheThoughItsLoaderNeverEnds() {
    WeakReference<Object> handle = leaveAndForget();

    Eventually.collects("the handle is collected", () -> handle.get() == null);
    assertThat(loader.run().isCancelled()).isTrue();
  }

  private WeakReference<Object> leaveAndForget() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    handle.cancel(true);
    return new WeakReference<>(handle);
  }
}
