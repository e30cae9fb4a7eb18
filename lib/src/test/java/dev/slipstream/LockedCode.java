package dev.slipstream;

import static dev.slipstream.Operation.CLEAN_UP;
import static dev.slipstream.Operation.COMPUTE;
import static dev.slipstream.Operation.INVALIDATE;
import static dev.slipstream.Operation.INVALIDATE_ALL;
import static dev.slipstream.Operation.PUT;
import static dev.slipstream.Scene.KEY;

import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalListener;
import com.github.benmanes.caffeine.cache.Weigher;
import dev.slipstream.testing.FakeTicker;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** User code that Caffeine and ConcurrentMap call, some of it under their locks. */
final class LockedCode {
  private static final String FETCHED = "`weigher`, `expireAfter` for a fetched value";
  private static final String PUTS = "`weigher`, `expireAfter` for a `put`";
  private static final String COMPUTES =
      "functions given to `asMap().compute`, `computeIfAbsent`, `computeIfPresent`, `merge`";

  /** What waits for Caffeine's lock of an entry. */
  static final Set<Operation> ENTRY = EnumSet.of(PUT, INVALIDATE, COMPUTE, INVALIDATE_ALL);

  private LockedCode() {}

  static List<UserCode> all() {
    return List.of(
        UserCode.of(FETCHED, "weigher", scene -> fetch(scene, weigher(scene)), ENTRY),
        UserCode.of(FETCHED, "expiry", scene -> fetch(scene, expiry(scene)), ENTRY),
        UserCode.of(PUTS, "weigher", scene -> put(scene, weigher(scene))),
        UserCode.of(PUTS, "weigher of an update", scene -> update(scene, weigher(scene))),
        UserCode.of(PUTS, "expiry", scene -> put(scene, expiry(scene))),
        UserCode.of(PUTS, "expiry of an update", scene -> update(scene, expiry(scene)), ENTRY),
        UserCode.of("`expireAfter` for a read", "getIfPresent", LockedCode::read),
        UserCode.of(
            "`evictionListener`", "of a clean-up", LockedCode::eviction, with(ENTRY, CLEAN_UP)),
        UserCode.of(
            "`evictionListener`",
            "of a fetch's store",
            LockedCode::evictionByAStore,
            with(ENTRY, CLEAN_UP)),
        compute("compute", (map, first) -> map.compute(KEY, (k, v) -> first.get()), ENTRY),
        compute(
            "computeIfAbsent",
            (map, first) -> map.computeIfAbsent(KEY, k -> first.get()),
            EnumSet.of(PUT, INVALIDATE, COMPUTE)),
        compute(
            "computeIfPresent",
            (map, first) -> map.computeIfPresent(KEY, (k, v) -> first.get()),
            ENTRY),
        compute("merge", (map, first) -> map.merge(KEY, "merged", (v, w) -> first.get()), ENTRY),
        compute(
            "compute in a fetch", (map, first) -> map.compute(KEY, (k, v) -> first.get()), ENTRY));
  }

  private static Set<Operation> with(Set<Operation> some, Operation... more) {
    Set<Operation> all = EnumSet.copyOf(some);
    all.addAll(List.of(more));
    return all;
  }

  private interface Setting
      extends Function<
          CoalescingCacheBuilder<Object, Object>, CoalescingCacheBuilder<Object, Object>> {}

  private static Setting weigher(Scene scene) {
    Weigher<Object, Object> weigher =
        (key, value) -> {
          scene.block();
          return 1;
        };
    return builder -> builder.maximumWeight(100).weigher(weigher);
  }

  private static Setting expiry(Scene scene) {
    return builder ->
        builder.expireAfter(
            Expiry.writing(
                (key, value) -> {
                  scene.block();
                  return Duration.ofHours(1);
                }));
  }

  private static void fetch(Scene scene, Setting setting) {
    scene.start(scene.cache(setting::apply));
    scene.completes();
  }

  private static void put(Scene scene, Setting setting) {
    CoalescingCache<Object, String> cache = scene.cache(setting::apply);
    scene.runs(() -> cache.put(KEY, "value"));
  }

  private static void update(Scene scene, Setting setting) {
    CoalescingCache<Object, String> cache = scene.cache(setting::apply);
    cache.put(KEY, "first");
    scene.runs(() -> cache.put(KEY, "second"));
  }

  private interface Computation {
    Object run(ConcurrentMap<Object, String> map, Supplier<String> function);
  }

  private static UserCode compute(String name, Computation computation, Set<Operation> waiting) {
    return UserCode.of(
        COMPUTES,
        name,
        scene -> {
          CoalescingCache<Object, String> cache = scene.cache();
          if (!name.contains("Absent")) {
            cache.put(KEY, "value");
          }
          if (name.contains("fetch")) {
            var unused = cache.refresh(KEY, (key, context) -> scene.promise());
          }
          Supplier<String> function =
              () -> {
                scene.block();
                return "computed";
              };
          scene.calls(() -> computation.run(cache.asMap(), function));
        },
        waiting);
  }

  private static void read(Scene scene) {
    Expiry<Object, Object> expiry =
        Expiry.accessing(
            (key, value) -> {
              scene.block();
              return Duration.ofHours(1);
            });
    CoalescingCache<Object, String> cache = scene.cache(builder -> builder.expireAfter(expiry));
    cache.put(KEY, "value");
    scene.calls(() -> cache.getIfPresent(KEY));
  }

  private static CoalescingCache<Object, String> withExpired(Scene scene, Object key) {
    FakeTicker ticker = new FakeTicker();
    RemovalListener<Object, Object> listener = (k, value, cause) -> scene.block();
    CoalescingCache<Object, String> cache =
        scene.cache(
            builder ->
                builder
                    .ticker(ticker)
                    .expireAfterWrite(Duration.ofMinutes(1))
                    .evictionListener(listener));
    cache.put(key, "value");
    ticker.advance(Duration.ofHours(1));
    return cache;
  }

  private static void eviction(Scene scene) {
    CoalescingCache<Object, String> cache = withExpired(scene, KEY);
    scene.runs(() -> cache.cleanUp());
  }

  private static void evictionByAStore(Scene scene) {
    scene.start(withExpired(scene, "expired"));
    scene.completes();
  }
}
