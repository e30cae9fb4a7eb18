package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.watch.StateListenerHandle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a listener gets of a busy cache is all that changed, and nothing else. */
class StateListenerRaceTest {
  private static final int THREADS = 3;

  /** So few that none of their changes is coalesced, however slow the listener is. */
  private static final int ROUNDS = 300;

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final long seed = System.nanoTime();
  private final CoalescingCache<String, String> cache = caches.cache();
  private final List<Change> reported = new CopyOnWriteArrayList<>();
  private final AtomicInteger values = new AtomicInteger();

  private record Change(String key, @Nullable String before, @Nullable String after) {}

  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger overlaps = new AtomicInteger();

  private void note(String key, @Nullable String before, @Nullable String after) {
    overlaps.addAndGet(inside.getAndIncrement());
    reported.add(new Change(key, before, after));
    Thread.yield();
    inside.decrementAndGet();
  }

  private void change(Random random, String key) {
    String value = "v" + values.incrementAndGet();
    switch (random.nextInt(6)) {
      case 0 -> cache.invalidate(key);
      case 1 -> assertThat(Eventually.value(cache.refresh(key, k -> value))).isNotNull();
      case 2 -> assertThat(cache.get(key, k -> value)).isNotNull();
      case 3 -> cache.asMap().computeIfPresent(key, (k, before) -> value);
      default -> cache.put(key, value);
    }
  }

  private void run(List<String> keys) {
    List<Caller<Boolean>> callers =
        IntStream.range(0, THREADS)
            .mapToObj(
                i ->
                    Caller.start(
                        () -> {
                          Random random = new Random(seed + i);
                          for (int j = 0; j < ROUNDS; j++) {
                            change(random, keys.get(i));
                          }
                          return true;
                        }))
            .toList();
    callers.forEach(Caller::value);
    assertThat(cache.stats().coalescedChangeCount()).isZero();
    Set.copyOf(keys).forEach(key -> cache.put(key, "end of " + key));
    Eventually.until(
        "the last change is delivered",
        () ->
            keys.stream()
                .allMatch(
                    key ->
                        reported.stream()
                            .anyMatch(each -> ("end of " + key).equals(each.after()))));
  }

  @Test
  void theChangesOfAKeyWithOneWriterAreReportedInOrder() {
    try (StateListenerHandle handle = cache.onStateChanged(this::note)) {
      assertThat(handle).isNotNull();
      run(List.of("a", "b", "c"));
    }

    assertThat(overlaps).as("called for two changes at once").hasValue(0);
    Map<String, String> now = new HashMap<>();
    for (Change change : reported) {
      assertThat(change.before()).as("%s, seed %d", change, seed).isEqualTo(now.get(change.key()));
      now.put(change.key(), change.after());
    }
    assertThat(now).isEqualTo(cache.asMap());
  }

  /** Whatever the order in which they are delivered, the changes make one chain. */
  @Test
  void theChangesOfAKeyWithSeveralWritersFitTogether() {
    try (StateListenerHandle handle = cache.onStateChanged(this::note)) {
      assertThat(handle).isNotNull();
      run(List.of("k", "k", "k"));
      Eventually.until(
          "as many came as went, but for the last",
          () ->
              reported.stream().filter(change -> change.after() != null).count()
                  == 1 + reported.stream().filter(change -> change.before() != null).count());
    }

    Map<String, Integer> balance = new HashMap<>();
    for (Change change : reported) {
      assertThat(change.before()).isNotEqualTo(change.after());
      if (change.after() != null) {
        balance.merge(change.after(), 1, Integer::sum);
      }
      if (change.before() != null) {
        balance.merge(change.before(), -1, Integer::sum);
      }
    }
    balance.values().removeIf(count -> count == 0);
    assertThat(balance).as("seed %d", seed).isEqualTo(Map.of("end of k", 1));
  }
}
