package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.view.EntryView;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What once went wrong with the entries that a restore or a merge brings. */
class RestoreRegressionTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  @Test
  void aWriteOfARestoredKeyMeanwhileStays() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.put("gone", "old");
    Instant now = Instant.now();
    Iterator<EntryView<String, String>> entries =
        List.of(
                new EntryView<>("k", "restored", now, null),
                new EntryView<>("other", "restored", now, null))
            .iterator();

    cache.restore(
        key -> true,
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return entries.hasNext();
          }

          @Override
          public EntryView<String, String> next() {
            EntryView<String, String> next = entries.next();
            if (next.key().equals("other")) {
              cache.put("k", "newer");
            }
            return next;
          }
        });

    assertThat(cache.asMap()).isEqualTo(Map.of("k", "newer", "other", "restored"));
  }

  @Test
  void twoRestoresAtOnceLoseNoKeyOfBoth() {
    CoalescingCache<String, String> cache = caches.cache();
    EntryView<String, String> entry = new EntryView<>("k", "restored", Instant.now(), null);
    Iterator<EntryView<String, String>> outer = List.of(entry, entry).iterator();

    cache.restore(
        key -> true,
        new Iterator<>() {
          private boolean more = true;

          @Override
          public boolean hasNext() {
            if (!outer.hasNext() && more) {
              more = false;
              cache.restore(key -> true, List.of(entry).iterator());
            }
            return outer.hasNext();
          }

          @Override
          public EntryView<String, String> next() {
            return outer.next();
          }
        });

    assertThat(cache.asMap()).isEqualTo(Map.of("k", "restored"));
  }

  @Test
  void aReadDoesNotShortenTheTimeThatARestoreGave() {
    FakeTicker ticker = new FakeTicker();
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder
                    .expireAfterWrite(Duration.ofHours(1))
                    .expireAfterAccess(Duration.ofMinutes(10))
                    .ticker(ticker));
    for (Instant writtenAt :
        List.of(Instant.now().minus(Duration.ofHours(2)), Instant.MIN, Instant.EPOCH)) {
      cache.merge(List.of(new EntryView<>("k", "v", writtenAt, Duration.ofMinutes(9))).iterator());

      assertThat(cache.getIfPresent("k")).isEqualTo("v");
      ticker.advance(Duration.ofMinutes(8));

      assertThat(cache.getIfPresent("k")).as("written at %s", writtenAt).isEqualTo("v");
      ticker.advance(Duration.ofMinutes(1));
      assertThat(cache.getIfPresent("k")).as("written at %s", writtenAt).isNull();
    }
  }

  @Test
  void aWriteTimeOfLongAgoIsNotReportedAsNow() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.merge(List.of(new EntryView<>("k", "v", Instant.MIN, null)).iterator());
    Eventually.until("time goes on", () -> cache.entries().next().writtenAt() != null);

    assertThat(cache.entries().next().writtenAt()).isBefore(Instant.EPOCH);
  }
}
