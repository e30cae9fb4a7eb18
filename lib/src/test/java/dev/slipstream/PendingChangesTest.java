package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.PendingChanges.Change;
import dev.slipstream.testing.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A blocked state listener once filled the heap with the changes that waited for it. */
class PendingChangesTest {
  private static final int IN_ORDER = 1_024;

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final PendingChanges<String, Integer> changes = new PendingChanges<>();

  private void fill() {
    for (int i = 0; i < IN_ORDER; i++) {
      changes.add("first", i, i + 1);
    }
  }

  private List<Change<String, Integer>> pollAll() {
    List<Change<String, Integer>> all = new ArrayList<>();
    for (Change<String, Integer> next = changes.poll(); next != null; next = changes.poll()) {
      all.add(next);
    }
    return all;
  }

  @Test
  void theFirstStayInOrder() {
    fill();
    assertThat(changes.coalesced()).isZero();
    assertThat(pollAll()).hasSize(IN_ORDER).startsWith(new Change<>("first", 0, 1));
    assertThat(changes.isEmpty()).isTrue();
  }

  @Test
  void laterOnesAreMergedByKeyFromTheFirstBeforeToTheLastAfter() {
    fill();
    for (int i = 0; i < 10_000; i++) {
      changes.add("a", i, i + 1);
    }
    changes.add("b", null, 7);
    assertThat(changes.coalesced()).isEqualTo(9_999);
    assertThat(pollAll().subList(IN_ORDER, IN_ORDER + 2))
        .containsExactly(new Change<>("a", 0, 10_000), new Change<>("b", null, 7));
  }

  @Test
  void aKeyThatIsBackWhereItWasHasNoChange() {
    fill();
    Integer there = 1_000_000;
    changes.add("a", there, null);
    changes.add("a", null, there);
    assertThat(pollAll()).hasSize(IN_ORDER);
    assertThat(changes.coalesced()).isEqualTo(1);
  }

  @Test
  void aBlockedListenerHoldsNoMoreThanTheCacheAndEndsWithWhatIsCached() {
    CoalescingCache<String, String> cache = caches.cache();
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Map<String, String> mirror = new ConcurrentHashMap<>();
    cache.onStateChanged(
        (key, before, after) -> {
          blocked.countDown();
          Eventually.opens(release);
          change(mirror, key, after);
        });
    Thread stuck = new Thread(() -> cache.put("k0", "first"));
    stuck.setDaemon(true);
    stuck.start();
    Eventually.opens(blocked);

    for (int i = 0; i < 50_000; i++) {
      cache.put("k" + i % 10, "v" + i);
    }
    assertThat(cache.stats().coalescedChangeCount()).isBetween(48_900L, 49_000L);
    release.countDown();

    Eventually.until("the listener has caught up", () -> mirror.equals(cache.asMap()));
  }

  private static void change(Map<String, String> mirror, String key, @Nullable String after) {
    if (after == null) {
      mirror.remove(key);
    } else {
      mirror.put(key, after);
    }
  }
}
