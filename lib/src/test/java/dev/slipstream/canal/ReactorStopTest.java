package dev.slipstream.canal;

import static dev.slipstream.canal.Feed.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.Race;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** How a reactor is stopped, joined and closed, and what an interrupt does to it. */
class ReactorStopTest extends ReactorScene {
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
}
