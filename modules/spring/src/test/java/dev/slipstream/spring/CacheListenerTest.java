package dev.slipstream.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.CoalescingCache;
import dev.slipstream.testing.LogCapture;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a manager's listeners are notified of, in which order. */
class CacheListenerTest {
  @RegisterExtension final LogCapture log = new LogCapture();

  private final SlipstreamCacheManager manager = new SlipstreamCacheManager();
  private final List<String> notified = new ArrayList<>();
  private final SlipstreamCacheListener listener =
      new SlipstreamCacheListener() {
        @Override
        public void onAdded(SlipstreamCache cache) {
          notified.add("+" + cache.getName());
        }

        @Override
        public void onRemoved(SlipstreamCache cache) {
          notified.add("-" + cache.getName());
        }
      };

  @AfterEach
  void destroy() {
    manager.destroy();
  }

  @Test
  void cachesThatArePresentAndThatComeAndGo() {
    manager.getCache("early");

    manager.addCacheListener(listener);
    manager.getCache("early");
    manager.getCache("late");
    manager.registerCustomCache("late", CoalescingCache.builder().build());
    manager.removeCache("early");
    manager.removeCache("unknown");
    manager.destroy();
    manager.destroy();

    assertThat(notified).containsExactly("+early", "+late", "-late", "+late", "-early", "-late");
  }

  @Test
  void aResetRemovesWhatWasMadeOnTheFly() {
    manager.addCacheListener(listener);
    manager.getCache("users");

    manager.resetCaches();

    assertThat(notified).containsExactly("+users", "-users");
  }

  @Test
  void aListenerThatFailsChangesNothing() {
    manager.addCacheListener(
        new SlipstreamCacheListener() {
          @Override
          public void onAdded(SlipstreamCache cache) {
            throw new IllegalStateException("no");
          }
        });
    manager.addCacheListener(listener);

    SlipstreamCache users = Objects.requireNonNull(manager.getCache("users"));

    assertThat(manager.getCache("users")).isSameAs(users);
    assertThat(notified).containsExactly("+users");
    assertThat(log.warnings())
        .singleElement()
        .satisfies(
            warning ->
                assertThat(warning.getFormattedMessage())
                    .isEqualTo("cache users: a listener of its manager failed"));
    assertThatNullPointerException()
        .isThrownBy(() -> manager.addCacheListener(null))
        .withMessage("listener");
  }
}
