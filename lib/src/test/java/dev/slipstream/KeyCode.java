package dev.slipstream;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A key's {@code hashCode} and {@code equals}: a call runs them at many of its steps. */
final class KeyCode {
  private static final String ROW = "a key's `equals` and `hashCode`";

  private KeyCode() {}

  /** Keys that block where a call computes the hash code. */
  static List<UserCode> hashes() {
    return calls(
        "hashCode",
        scene -> new Key("k", scene::block, () -> {}),
        Set.of(),
        Set.of(),
        EnumSet.of(Operation.COMPUTE));
  }

  /** Keys that block where a call compares them. All keys have the same hash code. */
  static List<UserCode> comparisons() {
    return calls(
        "equals",
        scene -> new Key("k", () -> {}, scene::block),
        LockedCode.ENTRY,
        EnumSet.of(Operation.INVALIDATE, Operation.COMPUTE, Operation.INVALIDATE_ALL),
        LockedCode.ENTRY);
  }

  private static List<UserCode> calls(
      String code,
      Function<Scene, Key> keys,
      Set<Operation> put,
      Set<Operation> remove,
      Set<Operation> compute) {
    Set<Operation> none = Set.of();
    Set<Operation> store = LockedCode.ENTRY;
    return List.of(
        of(code + " in a hit", keys, KeyCode::hit, none),
        of(code + " in a miss", keys, KeyCode::miss, store),
        of(code + " in the completion of a fetch", keys, KeyCode::completion, store),
        of(code + " in a put", keys, KeyCode::put, put),
        of(code + " in an invalidation", keys, KeyCode::invalidation, remove),
        of(code + " in a compute", keys, KeyCode::compute, compute));
  }

  private interface Call {
    void prepare(Scene scene, CoalescingCache<Object, String> cache, Key key);
  }

  private static UserCode of(
      String name, Function<Scene, Key> keys, Call call, Set<Operation> waiting) {
    return UserCode.of(
        ROW,
        name,
        scene -> {
          CoalescingCache<Object, String> cache =
              scene.cache(builder -> builder.maximumSize(100).eventJournal(64));
          cache.put(plain("another in the same bin"), "value");
          scene.key(plain("k"));
          call.prepare(scene, cache, keys.apply(scene));
        },
        waiting);
  }

  private static void hit(Scene scene, CoalescingCache<Object, String> cache, Key key) {
    cache.put(plain("k"), "value");
    scene.calls(() -> cache.getIfPresent(key));
  }

  private static void miss(Scene scene, CoalescingCache<Object, String> cache, Key key) {
    scene.calls(
        () -> cache.getOrFetch(key, (k, context) -> CompletableFuture.completedFuture("loaded")));
  }

  private static void completion(Scene scene, CoalescingCache<Object, String> cache, Key key) {
    var unused = cache.getOrFetch(key, (k, context) -> scene.promise());
    scene.completes();
  }

  private static void put(Scene scene, CoalescingCache<Object, String> cache, Key key) {
    scene.runs(() -> cache.put(key, "value"));
  }

  private static void invalidation(Scene scene, CoalescingCache<Object, String> cache, Key key) {
    cache.put(plain("k"), "value");
    scene.runs(() -> cache.invalidate(key));
  }

  private static void compute(Scene scene, CoalescingCache<Object, String> cache, Key key) {
    scene.start(cache);
    scene.calls(() -> cache.asMap().compute(key, (k, value) -> "computed"));
  }

  private static Key plain(String id) {
    return new Key(id, () -> {}, () -> {});
  }

  /** A key that runs something before its hash code and its comparison. */
  private record Key(String id, Runnable hashed, Runnable compared) {
    @Override
    public int hashCode() {
      hashed.run();
      return 1;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      compared.run();
      return other instanceof Key key && key.id.equals(id);
    }
  }
}
