package dev.slipstream.canal;

import static dev.slipstream.canal.Feed.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.testing.Race;
import dev.slipstream.watch.CacheEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A worker on a canal: what it handles, when it ends, and how it reports what ended it. */
class ReactorTest {
  private static final String ID = "billing";

  @RegisterExtension final LogCapture log = new LogCapture();

  private final CheckpointStore checkpoints = CheckpointStore.inMemory();
  private final Feed feed = new Feed(new EventJournal<>(8, checkpoints));
  private final EventCursor<String, String> cursor = feed.journal.cursor(ID);
  private final List<Long> handled = new CopyOnWriteArrayList<>();

  private void handle(CanalBatch<CacheEvent<String, String>> batch) {
    handled.addAll(numbers(batch));
  }

  private static void joins(CanalHandle reactor) {
    Caller.start(
            () -> {
              reactor.join();
              return true;
            })
        .value();
  }

  /** Returns the error that ended a reactor. */
  private static Throwable error(CanalHandle reactor) {
    var joined = catchThrowableOfType(CanalWorkerException.class, () -> reactor.join());
    assertThat(joined).isNotNull();
    return joined.getCause();
  }

  private long committed() {
    try {
      Checkpoint checkpoint = checkpoints.load(ID);
      return checkpoint == null ? 0 : checkpoint.sequence();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

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
            throw new IllegalStateException("as a test wants it");
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
    Error failure = new AssertionError("as a test wants it");

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
  void stopEndsAWorkerThatWaits() {
    CountDownLatch pulls = new CountDownLatch(1);
    Canal<String> idle =
        canal(
            deadline -> {
              pulls.countDown();
              new CountDownLatch(1).await();
              return new CanalBatch.Empty<>();
            });
    CanalHandle reactor = Reactor.run(idle, batch -> {});
    Eventually.opens(pulls);

    reactor.stop();
    reactor.stop();

    joins(reactor);
    assertThat(log.warnings()).isEmpty();
  }

  @Test
  void stopLetsTheHandlerFinishUndisturbed() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    AtomicReference<Boolean> interrupted = new AtomicReference<>();
    feed.emit(2);
    CanalHandle reactor =
        Reactor.run(
            cursor,
            batch -> {
              entered.countDown();
              Eventually.opens(stopped);
              interrupted.set(Thread.currentThread().isInterrupted());
              handle(batch);
            },
            ReactorOptions.defaults().batchSize(1));
    Eventually.opens(entered);

    reactor.stop();
    stopped.countDown();
    reactor.stopAndJoin();

    assertThat(interrupted).hasValue(false);
    assertThat(handled).as("the batch in hand, and no more").containsExactly(1L);
    assertThat(committed()).isEqualTo(1);
    assertThat(numbers(Feed.look(cursor))).as("the canal is open").containsExactly(2L);
  }

  @Test
  void noHandlerSeesTheInterruptOfAStop() {
    try (Race race = new Race()) {
      for (int round = 0; race.again(round, 5_000); round++) {
        Feed other = new Feed(8);
        AtomicInteger interrupts = new AtomicInteger();
        List<Long> seen = new CopyOnWriteArrayList<>();
        CanalHandle reactor =
            Reactor.run(
                other.journal.cursor(1),
                batch -> {
                  seen.addAll(numbers(batch));
                  if (Thread.currentThread().isInterrupted()) {
                    interrupts.incrementAndGet();
                  }
                });
        race.run(reactor::stop, other::emit);
        joins(reactor);
        assertThat(interrupts).as("round %d", round).hasValue(0);
        assertThat(seen.size()).isLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void aBatchThatComesTogetherWithAStopIsHandledWithoutItsInterrupt() {
    CountDownLatch pulls = new CountDownLatch(1);
    Canal<String> last =
        canal(
            deadline -> {
              pulls.countDown();
              Eventually.until("the stop", Thread.currentThread()::isInterrupted);
              return new CanalBatch.One<>("last");
            });
    List<Boolean> interrupted = new CopyOnWriteArrayList<>();
    CanalHandle reactor =
        Reactor.run(last, batch -> interrupted.add(Thread.currentThread().isInterrupted()));
    Eventually.opens(pulls);

    reactor.stop();

    joins(reactor);
    assertThat(interrupted).containsExactly(false);
  }

  @Test
  void theHandlerMayStopItsReactorButNotJoinIt() {
    AtomicReference<CanalHandle> self = new AtomicReference<>();
    CountDownLatch known = new CountDownLatch(1);
    List<String> refusals = new CopyOnWriteArrayList<>();
    feed.emit(2);
    CanalHandle reactor =
        Reactor.run(
            cursor,
            batch -> {
              Eventually.opens(known);
              handle(batch);
              refusals.add(refusal(() -> self.get().join()));
              refusals.add(refusal(() -> self.get().stopAndJoin()));
              refusals.add(refusal(() -> self.get().close()));
              if (handled.contains(2L)) {
                self.get().stop();
              }
            },
            ReactorOptions.defaults().batchSize(1));
    self.set(reactor);
    known.countDown();

    joins(reactor);

    assertThat(handled).as("a refusal does not stop it").containsExactly(1L, 2L);
    assertThat(refusals).hasSize(6).allMatch(text -> text.contains("would wait forever"));
    assertThat(refusals.get(0)).startsWith("join of reactor");
    assertThat(refusals.get(1)).startsWith("stopAndJoin of reactor");
    assertThat(refusals.get(2)).startsWith("close of reactor");
  }

  private static String refusal(ThrowingCallable call) {
    return catchThrowableOfType(IllegalStateException.class, call).getMessage();
  }

  @Test
  void joinCanBeInterruptedAndTheWorkerGoesOn() {
    CanalHandle reactor = Reactor.run(cursor, this::handle);
    Caller<Boolean> joiner =
        Caller.start(
            () -> {
              reactor.join();
              return true;
            });
    joiner.awaitWaiting();

    joiner.interrupt();

    assertThat(joiner.failure()).isInstanceOf(InterruptedException.class);
    feed.emit(1);
    Eventually.until("it goes on", () -> handled.size() == 1);
    reactor.close();
  }

  @Test
  void closeWaitsForTheEndAndKeepsTheInterrupt() {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    feed.emit(1);
    CanalHandle reactor =
        Reactor.run(
            cursor,
            batch -> {
              entered.countDown();
              Eventually.opens(leave);
              handle(batch);
            });
    Eventually.opens(entered);
    Caller<List<Object>> closer =
        Caller.start(
            () -> {
              reactor.close();
              return List.of(handled.size(), Thread.currentThread().isInterrupted());
            });
    closer.awaitWaiting();

    closer.interrupt();
    leave.countDown();

    assertThat(closer.value()).containsExactly(1, true);
  }

  @Test
  void anInterruptOfSomebodyElseEndsItWithAnError() {
    feed.emit(1);
    CanalHandle reactor =
        Reactor.run(
            cursor,
            batch -> {
              handle(batch);
              Thread.currentThread().interrupt();
            });

    assertThat(error(reactor)).isInstanceOf(InterruptedException.class);
    assertThat(committed()).as("the batch was handled").isEqualTo(1);
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

  private static <E> Canal<E> canal(Pull<E> pull) {
    return new Canal<>() {
      @Override
      public CanalBatch<E> pullBatch(int max, Duration deadline) throws InterruptedException {
        return pull.next(deadline);
      }

      @Override
      public void close() {}
    };
  }

  private interface Pull<E> {
    CanalBatch<E> next(Duration deadline) throws InterruptedException;
  }
}
