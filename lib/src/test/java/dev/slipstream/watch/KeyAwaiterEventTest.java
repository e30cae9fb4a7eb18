package dev.slipstream.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Awaiting an event, where what has happened before counts. */
class KeyAwaiterEventTest {
  private static final EventType PUT = EventType.PUT;
  private static final EventType FAILED = EventType.FAILED;

  private final FakeSource source = new FakeSource();
  private final FakeHistory history = new FakeHistory();
  private final ManualExecutor tasks = new ManualExecutor();
  private final KeyAwaiter<String, String> awaiter =
      KeyAwaiter.over(source).hub(source.hub).eventJournal(history).executor(tasks).build();

  @AfterEach
  void leavesNothing() {
    assertThat(source.hub.trackedKeys()).isZero();
    assertThat(tasks.size()).isZero();
    assertThat(source.reads).as("states are not looked at").hasValue(0);
  }

  /** Appends, and ticks after that. */
  private CacheEvent<String, String> happens(String key, EventType type) {
    CacheEvent<String, String> event = history.append(key, type);
    source.hub.notify(key);
    return event;
  }

  @Test
  void anEventThatHasHappenedIsThereAtOnce() {
    happens("other", PUT);
    happens("k", FAILED);
    CacheEvent<String, String> first = happens("k", PUT);
    CacheEvent<String, String> second = happens("k", PUT);

    assertThat(awaiter.awaitEvent("k", PUT, 0)).isCompletedWithValue(first);
    assertThat(awaiter.awaitEvent("k", PUT, 2)).isCompletedWithValue(first);
    assertThat(awaiter.awaitEvent("k", PUT, 3)).isCompletedWithValue(second);
  }

  @Test
  void anEventThatIsToComeIsAwaited() {
    happens("k", PUT);
    CompletableFuture<CacheEvent<String, String>> future = awaiter.awaitEvent("k", PUT, 1);
    happens("other", PUT);
    happens("k", FAILED);
    assertThat(tasks.size()).isZero();

    CacheEvent<String, String> event = happens("k", PUT);

    assertThat(future).as("by a task").isNotDone();
    assertThat(source.hub.trackedKeys()).as("released before").isZero();
    tasks.runNext();
    assertThat(future).isCompletedWithValue(event);
  }

  @Test
  void aNumberThatIsNotYetReachedIsWaitedFor() {
    CompletableFuture<CacheEvent<String, String>> future = awaiter.awaitEvent("k", PUT, 2);
    happens("k", PUT);
    happens("k", PUT);
    assertThat(tasks.size()).isZero();

    CacheEvent<String, String> third = happens("k", PUT);

    tasks.runAll();
    assertThat(future).isCompletedWithValue(third);
  }

  @Test
  void eachLookBeginsWhereTheLastOneEnded() {
    happens("other", PUT);
    CompletableFuture<CacheEvent<String, String>> future = awaiter.awaitEvent("k", PUT, 0);
    happens("other", PUT);
    happens("k", FAILED);
    happens("k", FAILED);
    happens("k", PUT);

    assertThat(history.looks).containsExactly(0L, 1L, 3L, 4L);
    tasks.runAll();
    assertThat(future).isCompleted();
  }

  @Test
  void anEventThatComesJustAfterALookIsNotSkipped() {
    history.afterLook =
        () -> {
          history.afterLook = () -> {};
          history.append("k", PUT); // its tick comes later
        };
    CompletableFuture<CacheEvent<String, String>> future = awaiter.awaitEvent("k", PUT, 0);
    assertThat(tasks.size()).isZero();

    source.hub.notify("k");

    tasks.runAll();
    assertThat(future).isCompletedWithValueMatching(event -> event.sequence() == 1);
  }

  @Test
  void anEventWhoseTickComesDuringALookIsNotMissed() {
    history.afterLook =
        () -> {
          history.afterLook = () -> {};
          happens("k", PUT);
        };

    CompletableFuture<CacheEvent<String, String>> future = awaiter.awaitEvent("k", PUT, 0);

    tasks.runAll();
    assertThat(future).isCompletedWithValueMatching(event -> event.sequence() == 1);
  }

  @Test
  void eventsThatAreLostFailTheWait() {
    happens("k", FAILED);
    happens("k", FAILED);
    history.lose(2);

    assertThat(Eventually.failure(awaiter.awaitEvent("k", PUT, 0)))
        .isInstanceOfSatisfying(
            EventsLostException.class,
            lost -> {
              assertThat(lost.from()).isEqualTo(1);
              assertThat(lost.to()).isEqualTo(2);
            });
    CompletableFuture<CacheEvent<String, String>> future = awaiter.awaitEvent("k", PUT, 2);
    happens("k", FAILED);
    history.lose(4);
    happens("k", FAILED);
    tasks.runAll();
    assertThat(Eventually.failure(future)).isInstanceOf(EventsLostException.class);
  }

  @Test
  void aHistoryThatThrowsFailsTheWait() {
    CompletableFuture<CacheEvent<String, String>> future = awaiter.awaitEvent("k", PUT, 0);
    IllegalStateException closed = new IllegalStateException("closed");
    history.beforeLook =
        () -> {
          throw closed;
        };

    source.hub.notifyAllKeys();

    tasks.runAll();
    assertThat(Eventually.failure(future)).isSameAs(closed);
  }

  @ParameterizedTest
  @MethodSource("dev.slipstream.watch.Endings#all")
  void whoeverEndsTheWaitLeavesNothing(Consumer<CompletableFuture<Object>> ending) {
    CompletableFuture<CacheEvent<String, String>> future = awaiter.awaitEvent("k", PUT, 0);
    assertThat(source.hub.trackedKeys()).isOne();

    ending.accept(Endings.of(future));

    assertThat(source.hub.trackedKeys()).isZero();
    happens("k", PUT);
    assertThat(history.looks).hasSize(1);
  }

  @Test
  void withoutAJournalTheSetterIsNamed() {
    KeyAwaiter<String, String> without = KeyAwaiter.over(source).hub(source.hub).build();

    assertThatIllegalStateException()
        .isThrownBy(() -> without.awaitEvent("k", PUT, 0))
        .withMessageContaining("build the cache with eventJournal(…)");
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> awaiter.awaitEvent("k", PUT, -1))
        .withMessageContaining("-1");
    assertThatNullPointerException()
        .isThrownBy(() -> awaiter.awaitEvent(null, PUT, 0))
        .withMessageContaining("key");
    assertThatNullPointerException()
        .isThrownBy(() -> awaiter.awaitEvent("k", null, 0))
        .withMessageContaining("type");
    assertThat(history.looks).isEmpty();
  }
}
