package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.FeedListener;
import dev.slipstream.ledger.FetchLedger;
import dev.slipstream.ledger.InMemoryFetchLedger;
import dev.slipstream.ledger.LedgerFeed;
import dev.slipstream.view.CacheView;
import dev.slipstream.view.EntryView;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A ledger whose feed is attached for the first time when the cache has been in use. */
class FirstAttachmentTest {
  private FeedListener<String> feed;
  private final CoalescingCache<String, String> cache =
      CoalescingCache.builder().ledger(lateFeed()).build();

  @AfterEach
  void close() {
    cache.close();
  }

  @SuppressWarnings("unchecked")
  private FetchLedger<String, String> lateFeed() {
    FetchLedger<String, String> ledger = InMemoryFetchLedger.create();
    return (FetchLedger<String, String>)
        Proxy.newProxyInstance(
            FetchLedger.class.getClassLoader(),
            new Class<?>[] {FetchLedger.class},
            (proxy, method, args) -> {
              if (method.getName().equals("listen")) {
                feed = (FeedListener<String>) args[1];
                return new NoFeed();
              }
              try {
                return method.invoke(ledger, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWasFetchedOrPutBeforeItMayBeOutOfDate(boolean fetched) {
    if (fetched) {
      assertThat(cache.get("key", key -> "value")).isEqualTo("value");
    } else {
      cache.put("key", "value");
    }

    feed.attached(false);

    assertThat(cache.getIfPresent("key")).isNull();
  }

  @Test
  void aCacheThatWasOnlyRestoredKeepsWhatItHas() {
    cache.restore(new CacheView<>(List.of(new EntryView<>("key", "value", Instant.now(), null))));

    feed.attached(false);
    assertThat(cache.getIfPresent("key")).isEqualTo("value");

    feed.detached();
    feed.attached(false);
    assertThat(cache.getIfPresent("key")).as("the second time").isNull();
  }

  @Test
  void nothingIsDroppedIfNothingWasMissed() {
    cache.put("key", "value");

    feed.attached(true);

    assertThat(cache.getIfPresent("key")).isEqualTo("value");
  }

  private static final class NoFeed implements LedgerFeed {
    @Override
    public boolean isAttached() {
      return false;
    }

    @Override
    public void close() {}
  }
}
