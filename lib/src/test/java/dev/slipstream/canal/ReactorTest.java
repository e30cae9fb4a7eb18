package dev.slipstream.canal;

import static dev.slipstream.canal.Feed.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.watch.CacheEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A worker on a canal: what it handles, when it ends, and how it reports what ended it. */
class ReactorTest extends ReactorScene {
  @Test
  void itHandlesWhatIsThereAndWhatComes() {
    feed.emit(2);
    CanalHandle reactor = Reactor.run(cursor, this::handle);
    Eventually.until("the first two", () -> handled.size() == 2);

    feed.emit(1);

    Eventually.until("the third", () -> handled.size() == 3);
    assertThat(handled).containsExactly(1L, 2L, 3L);
    reactor.close();
  }

  @Test
  void eachBatchIsCommittedAfterItWasHandled() {
    List<Long> before = new CopyOnWriteArrayList<>();
    feed.emit(5);
    feed.journal.close();

    CanalHandle reactor =
        Reactor.run(
            cursor,
            batch -> {
              before.add(committed());
              handle(batch);
            },
            ReactorOptions.defaults().batchSize(2));

    joins(reactor);
    assertThat(handled).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(before).containsExactly(0L, 2L, 4L);
    assertThat(committed()).isEqualTo(5);
  }

  @Test
  void aGapIsHandledAndCommitted() {
    List<CanalBatch<?>> batches = new CopyOnWriteArrayList<>();
    feed.emit(9);
    feed.journal.close();

    joins(Reactor.run(cursor, batches::add));

    assertThat(batches).hasSize(2).startsWith(new CanalBatch.Gap<>(1, 1));
    assertThat(committed()).isEqualTo(9);
  }

  @Test
  void aHandlerThatThrowsEndsItAndTheCheckpointStaysBeforeItsBatch() {
    IOException failure = new IOException("no more paper");
    feed.emit(4);

    CanalHandle reactor =
        Reactor.run(
            cursor,
            batch -> {
              handle(batch);
              if (numbers(batch).contains(3L)) {
                throw failure;
              }
            },
            ReactorOptions.defaults().name("printer").batchSize(2));

    assertThat(error(reactor)).isSameAs(failure);
    assertThat(error(reactor)).as("each time").isSameAs(failure);
    assertThat(handled).containsExactly(1L, 2L, 3L, 4L);
    assertThat(committed()).isEqualTo(2);
    assertThat(log.warnings())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getLevel()).isEqualTo(Level.ERROR);
              assertThat(event.getFormattedMessage()).contains("'printer'");
              assertThat(LogCapture.thrown(event)).isSameAs(failure);
            });
  }

  @Test
  void aRestartSeesTheFailedBatchAgainOnANewCursorAndOnTheSame() {
    feed.emit(2);
    AtomicInteger runs = new AtomicInteger();
    BatchHandler<CacheEvent<String, String>> failsTwice =
        batch -> {
          if (runs.incrementAndGet() <= 2) {
            throw new IllegalStateException("as a test needs it");
          }
          handle(batch);
        };
    error(Reactor.run(cursor, failsTwice));
    error(Reactor.run(feed.journal.cursor(ID), failsTwice));
    feed.journal.close();

    joins(Reactor.run(cursor, failsTwice));

    assertThat(handled).containsExactly(1L, 2L);
    assertThat(committed()).isEqualTo(2);
  }

  @Test
  void anErrorIsReportedToo() {
    feed.emit(1);
    Error failure = new AssertionError("as a test needs it");

    CanalHandle reactor =
        Reactor.run(
            cursor,
            batch -> {
              throw failure;
            });

    assertThat(error(reactor)).isSameAs(failure);
    CanalWorkerException closed =
        catchThrowableOfType(CanalWorkerException.class, () -> reactor.close());
    assertThat(closed).hasCause(failure);
  }

  @Test
  void aCommitThatFailsEndsIt() {
    CheckpointStore full =
        new CheckpointStore() {
          @Override
          public @Nullable Checkpoint load(String id) {
            return null;
          }

          @Override
          public void save(String id, Checkpoint checkpoint) throws IOException {
            throw new IOException("disk full");
          }
        };
    Feed other = new Feed(new EventJournal<>(4, full));
    other.emit(1);
    EventCursor<String, String> failing = other.journal.cursor(ID);

    assertThat(error(Reactor.run(failing, this::handle)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("disk full");
    assertThat(failing.position()).as("rewound").isEqualTo(1);
  }

  @Test
  void aCanalClosedUnderItEndsItNormally() {
    CanalHandle reactor = Reactor.run(cursor, this::handle);
    cursor.close();
    joins(reactor);

    CanalHandle other = Reactor.run(feed.journal.subscribe(4), this::handle);
    feed.journal.close();
    joins(other);

    assertThat(log.warnings()).isEmpty();
  }

  @Test
  void aCanalThatTheHandlerClosesHasItsLastBatchCommitted() {
    feed.emit(1);

    joins(
        Reactor.run(
            cursor,
            batch -> {
              handle(batch);
              cursor.close();
            }));

    assertThat(committed()).isEqualTo(1);
  }

  @Test
  void thatAnotherCanalIsClosedIsAnErrorOfTheHandler() {
    feed.emit(1);

    assertThat(
            error(
                Reactor.run(
                    cursor,
                    batch -> {
                      throw new CanalClosedException("another");
                    })))
        .hasMessage("another");
  }

  @Test
  void anIdleWorkerWaitsInOnePull() {
    AtomicInteger pulls = new AtomicInteger();
    AtomicReference<Duration> deadline = new AtomicReference<>();
    CountDownLatch waits = new CountDownLatch(2);
    Canal<String> idle =
        canal(
            given -> {
              deadline.set(given);
              waits.countDown();
              if (pulls.incrementAndGet() > 1) {
                new CountDownLatch(1).await();
              }
              return new CanalBatch.Empty<>();
            });
    AtomicInteger batches = new AtomicInteger();
    CanalHandle reactor = Reactor.run(idle, batch -> batches.incrementAndGet());
    Eventually.opens(waits);

    reactor.close();

    assertThat(pulls).hasValue(2);
    assertThat(batches).as("an empty batch is nothing to handle").hasValue(0);
    assertThat(deadline.get()).isGreaterThanOrEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void itRunsOnADaemonThreadWithADescriptiveName() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    feed.emit(1);
    feed.journal.close();

    joins(
        Reactor.run(
            cursor,
            batch -> thread.set(Thread.currentThread()),
            ReactorOptions.defaults().name("billing tail")));

    assertThat(thread.get().isDaemon()).isTrue();
    assertThat(thread.get().getName()).isEqualTo("billing tail");
  }

  @Test
  void aThreadFactoryMayMakeTheThread() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    feed.emit(1);
    feed.journal.close();

    joins(
        Reactor.run(
            cursor,
            batch -> thread.set(Thread.currentThread()),
            ReactorOptions.defaults().threadFactory(task -> new Thread(task, "mine"))));

    assertThat(thread.get().getName()).isEqualTo("mine");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Reactor.run(
                    cursor, this::handle, ReactorOptions.defaults().threadFactory(task -> null)))
        .withMessageContaining("returned null");
  }

  @Test
  void badOptionsAreRefusedByName() {
    ReactorOptions options = ReactorOptions.defaults();
    for (int size : new int[] {0, -1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> options.batchSize(size))
          .withMessage("batchSize must be at least 1, but is " + size);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.name(" "))
        .withMessageContaining("name");
    assertThatNullPointerException().isThrownBy(() -> options.name(null));
    assertThatNullPointerException().isThrownBy(() -> options.threadFactory(null));
    assertThatNullPointerException().isThrownBy(() -> Reactor.run(null, this::handle));
    assertThatNullPointerException().isThrownBy(() -> Reactor.run(cursor, null));
    assertThatNullPointerException().isThrownBy(() -> Reactor.run(cursor, this::handle, null));
  }
}
