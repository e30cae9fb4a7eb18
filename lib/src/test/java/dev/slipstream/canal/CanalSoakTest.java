package dev.slipstream.canal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.watch.CacheEvent;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Counts every event of several emitters, across a cursor that is dropped at random and opened anew
 * from its checkpoint. The seed is in the message of a failure.
 */
class CanalSoakTest {
  private static final String ID = "soak";
  private static final int EMITTERS = 3;
  private static final int EACH = 60_000;
  private static final int ALL = EMITTERS * EACH;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  void everyEventIsSeenAndRepeatsBeginAtTheCheckpoint() {
    Feed feed = new Feed(ALL);
    Books books = consume(feed, start(feed));

    assertThat(books.missed).as("seed %d", seed).isZero();
    assertThat(books.seen).as("seed %d", seed).isEqualTo(ALL);
    assertThat(books.restarts).isPositive();
  }

  @Test
  void everyEventIsSeenOrReportedAsMissing() {
    Feed feed = new Feed(50);
    feed.emit(100);
    Books books = consume(feed, start(feed));

    assertThat(books.missed).as("seed %d", seed).isPositive();
    assertThat(books.seen).as("seed %d", seed).isPositive();
    assertThat(books.seen + books.missed).as("seed %d", seed).isEqualTo(ALL + 100);
  }

  @Test
  void aSubscriptionAccountsForEveryEvent() {
    Feed feed = new Feed(50);
    EventSubscription<String, String> subscription = feed.journal.subscribe(40);
    feed.emit(100);
    var emitters = start(feed);
    long seen = 0;
    long last = 0;
    try {
      while (true) {
        for (var event : Feed.pull(subscription, 1 + random.nextInt(60)).items()) {
          assertThat(event.sequence()).as("seed %d", seed).isGreaterThan(last);
          last = event.sequence();
          seen++;
        }
        closeAfter(feed, emitters);
      }
    } catch (CanalClosedException e) {
      assertThat(subscription.dropped()).isPositive();
      assertThat(seen + subscription.dropped()).as("seed %d", seed).isEqualTo(ALL + 100);
    }
  }

  private static List<Caller<Boolean>> start(Feed feed) {
    return Stream.generate(
            () ->
                Caller.start(
                    () -> {
                      for (int i = 0; i < EACH; i++) {
                        feed.emit();
                        if (i % 64 == 0) {
                          Thread.yield();
                        }
                      }
                      return true;
                    }))
        .limit(EMITTERS)
        .toList();
  }

  private static void closeAfter(Feed feed, List<Caller<Boolean>> emitters) {
    if (emitters.stream().allMatch(Caller::isReturned)) {
      feed.journal.close();
    }
  }

  /** Consumes to the end, and checks at each batch that it is what has to come. */
  private Books consume(Feed feed, List<Caller<Boolean>> emitters) {
    Books books = new Books();
    EventCursor<String, String> cursor = feed.journal.cursor(ID);
    try {
      while (true) {
        books.enter(Feed.pull(cursor, 1 + random.nextInt(60)));
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> {
            cursor.commit();
            books.committed = books.next;
          }
          case 3 -> {
            cursor.close();
            cursor = feed.journal.cursor(ID);
            books.next = books.committed;
            books.restarts++;
          }
          default -> {}
        }
        closeAfter(feed, emitters);
      }
    } catch (CanalClosedException e) {
      emitters.forEach(Caller::value);
      return books;
    }
  }

  /** What was consumed. Each number counts the first time. */
  private final class Books {
    long next = 1;
    long committed = 1;
    long high; // what counts is above it
    long seen;
    long missed;
    int restarts;

    void enter(CanalBatch<CacheEvent<String, String>> batch) {
      if (batch instanceof CanalBatch.Gap<?> gap) {
        assertThat(gap.from()).as("seed %d", seed).isEqualTo(next);
        missed += Math.max(0, gap.to() - Math.max(gap.from() - 1, high));
        moveTo(gap.to());
      } else {
        for (var event : batch.items()) {
          assertThat(event.sequence()).as("seed %d", seed).isEqualTo(next);
          seen += next > high ? 1 : 0;
          moveTo(next);
        }
      }
    }

    private void moveTo(long number) {
      next = number + 1;
      high = Math.max(high, number);
    }
  }
}
