package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Collects what a cache discards, as "key=value"; and brings values in spite of a cancel. */
final class Discarded implements DiscardListener<Object, Object> {
  private final List<String> all = new CopyOnWriteArrayList<>();

  @Override
  public void onDiscard(Object key, Object value) {
    all.add(key + "=" + value);
  }

  /** Waits until these values were discarded, and no others. */
  void are(String... expected) {
    Eventually.passes(() -> assertThat(all).containsExactlyInAnyOrder(expected));
  }

  /** Checks that none has been discarded so far. */
  void areNone() {
    assertThat(all).isEmpty();
  }

  /** Returns a loader whose stage takes no cancel: what the answer brings reaches the cache. */
  static AsyncLoader<String, String> deaf(CompletableFuture<String> answer) {
    return (key, context) -> answer.minimalCompletionStage();
  }

  /** Returns the same loader, whose value is not stored. */
  static AsyncLoader<String, String> unstored(CompletableFuture<String> answer) {
    return (key, context) -> {
      context.doNotStore();
      return answer;
    };
  }
}
