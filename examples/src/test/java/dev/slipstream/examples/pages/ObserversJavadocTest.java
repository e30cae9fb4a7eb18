package dev.slipstream.examples.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchEnd;
import dev.slipstream.FetchListener;
import dev.slipstream.LoaderInterceptor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Javadoc's examples of what watches fetches and loads. */
@Timeout(60)
class ObserversJavadocTest {
  private static final Logger log = LoggerFactory.getLogger(ObserversJavadocTest.class);

  private final CompletableFuture<Long> recorded = new CompletableFuture<>();

  record User(int id) {}

  class SlowFetches implements FetchListener<Object> {
    @Override
    public void onEnd(long fetchId, Object key, FetchEnd end) {
      if (end.duration().toSeconds() > 5) {
        log.info("fetch {} took {} for {} callers", fetchId, end.duration(), end.callers());
      }
    }
  }

  private void record(long nanos) {
    recorded.complete(nanos);
  }

  @Test
  void aListenerAndAnInterceptor() throws Exception {
    LoaderInterceptor<Integer, User> timed =
        (id, context, next) -> {
          long start = System.nanoTime();
          return next.load(id, context)
              .whenComplete((user, failure) -> record(System.nanoTime() - start));
        };
    try (CoalescingCache<Integer, User> users =
        CoalescingCache.builder()
            .fetchListener(new SlowFetches())
            .loaderInterceptor(timed)
            .build()) {
      assertEquals(new User(42), users.get(42, id -> new User(id)));
    }

    assertTrue(recorded.get(30, TimeUnit.SECONDS) >= 0);
  }
}
