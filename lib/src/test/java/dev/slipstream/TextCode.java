package dev.slipstream;

import java.time.Duration;
import java.util.List;

/** A key's text, which messages contain. */
final class TextCode {
  private static final String ROW = "a key's or value's `toString`";

  private TextCode() {}

  static List<UserCode> all() {
    return List.of(
        UserCode.of(ROW, "of an abort", TextCode::abort),
        UserCode.of(ROW, "of a close", TextCode::close),
        UserCode.of(ROW, "of a failed load", TextCode::failure),
        UserCode.of(ROW, "of a caller's timeout", TextCode::timeout),
        UserCode.of(ROW, "of a failed continuation's log", TextCode::continuation));
  }

  private static Object key(Scene scene) {
    Object key =
        new Object() {
          @Override
          public String toString() {
            scene.block();
            return "key";
          }
        };
    scene.key(key);
    return key;
  }

  private static void abort(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    Object key = key(scene);
    cache.getOrFetch(key, (k, context) -> scene.promise());
    scene.calls(() -> cache.abort(key, new IllegalStateException("aborted")));
  }

  private static void close(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    cache.getOrFetch(key(scene), (k, context) -> scene.promise());
    scene.runs(() -> cache.close());
  }

  private static void failure(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    cache.getOrFetch(key(scene), (k, context) -> scene.promise());
    scene.calls(() -> scene.promise().completeExceptionally(new AssertionError("an Error")));
  }

  private static void timeout(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    Object key = key(scene);
    cache.prefetch(key, (k, context) -> scene.promise());
    scene.calls(() -> cache.get(key, k -> "unused", Duration.ofMillis(1)));
  }

  private static void continuation(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    Object key = key(scene);
    cache.getOrFetch(key, (k, context) -> scene.promise());
    cache.onComplete(
        key,
        "c",
        outcome -> {
          throw new IllegalStateException("a continuation's own");
        });
    scene.completes();
  }
}
