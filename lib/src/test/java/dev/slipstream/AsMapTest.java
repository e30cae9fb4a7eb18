package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.junit.jupiter.api.Named.named;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The map view fences like any write: each change through it or through one of its own views cuts
 * the key's flight off, and what changes nothing does not.
 */
class AsMapTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ConcurrentMap<String, String> map = cache.asMap();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  /** An operation on the view; a method reference to it has a name in the report. */
  interface Op extends Consumer<ConcurrentMap<String, String>> {}

  private static Named<Op> op(String name, Op op) {
    return named(name, op);
  }

  @Test
  void nullIsNoValueThatCouldBeContained() {
    assertThatNullPointerException().isThrownBy(() -> map.containsValue(null));
  }

  /** It once renewed the expiry, but not the write time. */
  @Test
  void aFunctionThatReturnsThePresentInstanceWritesNothing() {
    FakeTicker ticker = new FakeTicker();
    Duration minute = Duration.ofMinutes(1);
    for (String how : List.of("compute", "merge")) {
      CoalescingCache<String, String> timed =
          caches.cache(builder -> builder.ticker(ticker).expireAfterWrite(minute));
      timed.put("k", "v");
      Instant written = timed.entries().next().writtenAt();
      ticker.advance(minute.dividedBy(2));
      String same =
          how.equals("compute")
              ? timed.asMap().compute("k", (key, value) -> value)
              : timed.asMap().merge("k", "other", (value, other) -> value);
      assertThat(same).isEqualTo("v");
      assertThat(timed.entries().next().expiresIn()).isEqualTo(minute.dividedBy(2));
      assertThat(timed.entries().next().writtenAt()).isBefore(written);
    }
  }

  static Stream<Named<Op>> additions() {
    return Stream.of(
        op("put", map -> map.put("k", "written")),
        op("putAll", map -> map.putAll(Map.of("k", "written"))),
        op("putIfAbsent", map -> map.putIfAbsent("k", "written")),
        op("computeIfAbsent", map -> map.computeIfAbsent("k", k -> "written")),
        op("compute", map -> map.compute("k", (k, v) -> "written")),
        op("merge", map -> map.merge("k", "written", (a, b) -> "no")));
  }

  static Stream<Named<Op>> replacements() {
    return Stream.of(
        op("put", map -> map.put("k", "written")),
        op("putAll", map -> map.putAll(Map.of("k", "written"))),
        op("replace", map -> map.replace("k", "written")),
        op("replace if", map -> map.replace("k", "old", "written")),
        op("compute", map -> map.compute("k", (k, v) -> "written")),
        op("computeIfPresent", map -> map.computeIfPresent("k", (k, v) -> "written")),
        op("merge", map -> map.merge("k", "new", (a, b) -> "written")),
        op("replaceAll", map -> map.replaceAll((k, v) -> "written")),
        op("setValue", map -> map.entrySet().forEach(entry -> entry.setValue("written"))));
  }

  static Stream<Named<Op>> removals() {
    return Stream.of(
        op("remove", map -> map.remove("k")),
        op("remove if", map -> map.remove("k", "old")),
        op("clear", Map::clear),
        op("compute to null", map -> map.compute("k", (k, v) -> null)),
        op("computeIfPresent to null", map -> map.computeIfPresent("k", (k, v) -> null)),
        op("merge to null", map -> map.merge("k", "new", (a, b) -> null)),
        op("keySet.remove", map -> map.keySet().remove("k")),
        op("keySet.removeAll", map -> map.keySet().removeAll(Set.of("k"))),
        op("keySet.retainAll", map -> map.keySet().retainAll(Set.of("other"))),
        op("keySet.removeIf", map -> map.keySet().removeIf("k"::equals)),
        op("keySet.clear", map -> map.keySet().clear()),
        op("keySet.iterator", map -> removeFirst(map.keySet())),
        op("values.remove", map -> map.values().remove("old")),
        op("values.removeAll", map -> map.values().removeAll(Set.of("old"))),
        op("values.retainAll", map -> map.values().retainAll(Set.of("other"))),
        op("values.removeIf", map -> map.values().removeIf("old"::equals)),
        op("values.clear", map -> map.values().clear()),
        op("values.iterator", map -> removeFirst(map.values())),
        op("entrySet.remove", map -> map.entrySet().remove(Map.entry("k", "old"))),
        op("entrySet.removeAll", map -> map.entrySet().removeAll(Set.of(Map.entry("k", "old")))),
        op("entrySet.retainAll", map -> map.entrySet().retainAll(Set.of())),
        op("entrySet.removeIf", map -> map.entrySet().removeIf(entry -> true)),
        op("entrySet.clear", map -> map.entrySet().clear()),
        op("entrySet.iterator", map -> removeFirst(map.entrySet())));
  }

  private static void removeFirst(Collection<?> view) {
    Iterator<?> iterator = view.iterator();
    iterator.next();
    iterator.remove();
  }

  static Stream<Named<Op>> nothingsOnAnAbsentKey() {
    return Stream.of(
        op("replace", map -> map.replace("k", "no")),
        op("replace if", map -> map.replace("k", "old", "no")),
        op("remove if", map -> map.remove("k", "old")),
        op("compute to null", map -> map.compute("k", (k, v) -> null)),
        op("computeIfAbsent to null", map -> map.computeIfAbsent("k", k -> null)),
        op("computeIfPresent", map -> map.computeIfPresent("k", (k, v) -> "no")),
        op("replaceAll", map -> map.replaceAll((k, v) -> "no")),
        op("values.remove", map -> map.values().remove("old")),
        op("removeIf", map -> map.keySet().removeIf(k -> true)),
        op("reads", AsMapTest::readAll));
  }

  static Stream<Named<Op>> nothingsOnAPresentKey() {
    return Stream.of(
        op("putIfAbsent", map -> map.putIfAbsent("k", "no")),
        op("computeIfAbsent", map -> map.computeIfAbsent("k", k -> "no")),
        op("replace if", map -> map.replace("k", "wrong", "no")),
        op("remove if", map -> map.remove("k", "wrong")),
        op("keySet.removeIf", map -> map.keySet().removeIf(k -> false)),
        op("keySet.retainAll", map -> map.keySet().retainAll(Set.of("k"))),
        op("values.remove", map -> map.values().remove("wrong")),
        op("values.removeIf", map -> map.values().removeIf(v -> false)),
        op("entrySet.remove", map -> map.entrySet().remove(Map.entry("k", "wrong"))),
        op("writes to other keys", AsMapTest::writeToOtherKeys),
        op("reads", AsMapTest::readAll));
  }

  private static void readAll(ConcurrentMap<String, String> map) {
    map.get("k");
    map.getOrDefault("k", "no");
    map.containsKey("k");
    map.containsValue("old");
    map.forEach((key, value) -> {});
    new ArrayList<>(map.keySet());
    new ArrayList<>(map.values());
    new ArrayList<>(map.entrySet());
    assertThat(map.size()).isEqualTo(map.isEmpty() ? 0 : 1);
  }

  private static void writeToOtherKeys(ConcurrentMap<String, String> map) {
    map.put("other", "x");
    map.replace("other", "y");
    map.remove("other");
    map.putIfAbsent("another", "x");
    map.keySet().remove("another");
  }

  @ParameterizedTest
  @MethodSource("additions")
  void anAdditionFences(Op write) {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    write.accept(map);
    isFenced();

    loader.run().complete("late");

    assertThat(Eventually.value(handle)).isEqualTo("late");
    assertThat(cache.getIfPresent("k")).isEqualTo("written");
  }

  @ParameterizedTest
  @MethodSource("replacements")
  void aReplacementFences(Op write) {
    cache.put("k", "old");
    FetchHandle<String> handle = cache.refresh("k", loader.async());
    write.accept(map);
    isFenced();

    loader.run().complete("late");

    assertThat(Eventually.value(handle)).isEqualTo("late");
    assertThat(cache.getIfPresent("k")).isEqualTo("written");
  }

  @ParameterizedTest
  @MethodSource("removals")
  void aRemovalFences(Op write) {
    cache.put("k", "old");
    FetchHandle<String> handle = cache.refresh("k", loader.async());
    write.accept(map);
    isFenced();

    loader.run().complete("late");

    assertThat(Eventually.value(handle)).isEqualTo("late");
    assertThat(cache.getIfPresent("k")).isNull();
  }

  private void isFenced() {
    assertThat(cache.inFlight()).singleElement().matches(InFlight::fenced);
    assertThat(cache.joinIfInFlight("k")).isNull();
  }

  @ParameterizedTest
  @MethodSource("nothingsOnAnAbsentKey")
  void whatChangesNothingOnAnAbsentKeyDoesNotFence(Op nothing) {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());

    nothing.accept(map);

    isStored(handle);
  }

  @ParameterizedTest
  @MethodSource("nothingsOnAPresentKey")
  void whatChangesNothingOnAPresentKeyDoesNotFence(Op nothing) {
    cache.put("k", "old");
    FetchHandle<String> handle = cache.refresh("k", loader.async());

    nothing.accept(map);

    isStored(handle);
  }

  private void isStored(FetchHandle<String> handle) {
    assertThat(cache.inFlight()).singleElement().matches(flight -> !flight.fenced());
    loader.run().complete("fetched");
    assertThat(Eventually.value(handle)).isEqualTo("fetched");
    assertThat(cache.getIfPresent("k")).isEqualTo("fetched");
  }

  @Test
  void removeAndClearFenceThoughThereIsNothingToRemove() {
    for (Op removal : List.<Op>of(map -> map.remove("k"), Map::clear)) {
      ControlledLoader<String> own = new ControlledLoader<>();
      FetchHandle<String> handle = cache.getOrFetch("k", own.async());
      removal.accept(map);
      isFenced();
      own.run().complete("late");
      assertThat(Eventually.value(handle)).isEqualTo("late");
      assertThat(cache.getIfPresent("k")).isNull();
    }
  }

  @Test
  void theViewIsLive() {
    cache.put("a", "A");
    assertThat(map).containsExactly(Map.entry("a", "A"));
    assertThat(cache.get("b", key -> "B")).isEqualTo("B");
    assertThat(map).containsOnlyKeys("a", "b");
    map.remove("a");
    assertThat(cache.getIfPresent("a")).isNull();
    map.put("c", "C");
    assertThat(cache.getIfPresent("c")).isEqualTo("C");
  }

  @Test
  void aFlightIsNotSeenInTheView() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());

    assertThat(map).isEmpty();
    assertThat(map.containsKey("k")).isFalse();
    assertThat(map.get("k")).isNull();
    handle.cancel(true);
  }

  @Test
  void readsThroughTheViewCountAsNothing() {
    cache.put("k", "v");

    readAll(map);

    CacheStats stats = cache.stats();
    assertThat(stats.hitCount() + stats.joinCount() + stats.fetchCount()).isZero();
  }
}
