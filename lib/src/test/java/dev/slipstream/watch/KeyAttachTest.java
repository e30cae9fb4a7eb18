package dev.slipstream.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.latch.Outcome;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A source's own wait: asked once, only if there is no value yet, and then it alone decides. */
class KeyAttachTest {
  private static final Outcome<String> VALUE = new Outcome.Success<>("v");

  private final FakeSource source = new FakeSource();
  private final FakePollTimer timer = new FakePollTimer();
  private final ManualExecutor tasks = new ManualExecutor();
  private final List<String> asked = new ArrayList<>();
  private final CompletableFuture<Outcome<String>> ownWait = new CompletableFuture<>();
  private final KeyAwaiter<String, String> awaiter = awaiter(key -> ownWait);

  private KeyAwaiter<String, String> awaiter(KeyAttach<String, String> attach) {
    return KeyAwaiter.over(source)
        .hub(source.hub)
        .polling()
        .timer(timer)
        .executor(tasks)
        .attach(
            key -> {
              asked.add(key);
              return attach.attach(key);
            })
        .build();
  }

  @AfterEach
  void leavesNothing() {
    assertThat(source.hub.trackedKeys()).isZero();
    assertThat(timer.waiting()).isZero();
    assertThat(tasks.size()).isZero();
  }

  @Test
  void aCachedValueIsTakenWithoutAsking() {
    source.change("k", "v");

    assertThat(awaiter.awaitOutcome("k")).isCompletedWithValue(VALUE);
    assertThat(asked).isEmpty();
  }

  @Test
  void onAnIdleKeyItDecidesAlone() {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    source.put("k", "seen by the source's own wait, or not");
    assertThat(source.reads).hasValue(1);
    assertThat(future).isNotDone();
    assertThat(timer.delays).isEmpty();

    ownWait.complete(VALUE);

    assertThat(future).as("by a task").isNotDone();
    tasks.runNext();
    assertThat(future).isCompletedWithValue(VALUE);
    assertThat(asked).containsExactly("k");
  }

  @Test
  void itTakesTheRunningFetchsPart() {
    FakeSource.Flight flight = source.begin("k");
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");
    assertThat(flight.watchers).isEmpty();

    flight.end(new Outcome.Abandoned<>());
    assertThat(future).isNotDone();
    ownWait.complete(VALUE);
    tasks.runNext();

    assertThat(future).isCompletedWithValue(VALUE);
    assertThat(asked).containsExactly("k");
  }

  @Test
  void itsErrorPropagatesAndNothingIsPolledInstead() {
    IOException failure = new IOException("connection lost");
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");

    ownWait.completeExceptionally(new CompletionException(failure));
    tasks.runNext();

    assertThat(Eventually.failure(future)).isSameAs(failure);
    assertThat(source.reads).hasValue(1);
    assertThat(timer.delays).isEmpty();
  }

  @Test
  void whatItThrowsPropagatesToo() {
    IllegalStateException failure = new IllegalStateException("no connection");
    KeyAwaiter<String, String> throwing =
        awaiter(
            key -> {
              throw failure;
            });

    assertThat(Eventually.failure(throwing.awaitOutcome("k"))).isSameAs(failure);
    assertThat(timer.delays).isEmpty();
  }

  @Test
  void noFutureFailsTheWait() {
    assertThat(Eventually.failure(awaiter(key -> null).awaitOutcome("k")))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("KeyAttach");
  }

  @Test
  void itIsAskedOnceThoughTicksComeWhileItIsAsked() {
    KeyAwaiter<String, String> ticking =
        awaiter(
            key -> {
              source.put(key, "v");
              source.begin(key);
              return ownWait;
            });
    CompletableFuture<Outcome<String>> future = ticking.awaitOutcome("k");

    ownWait.complete(VALUE);
    tasks.runAll();

    assertThat(future).isCompletedWithValue(VALUE);
    assertThat(asked).containsExactly("k");
    assertThat(source.reads).hasValue(1);
  }

  @ParameterizedTest
  @MethodSource("dev.slipstream.watch.Endings#all")
  void whoeverEndsTheWaitCancelsIt(Consumer<CompletableFuture<Object>> ending) {
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome("k");

    ending.accept(Endings.of(future));

    assertThat(ownWait).isCancelled();
  }

  @Test
  void oneThatRefusesToBeCancelledDoesNotKeepTheOwnerFromDoingSo() {
    CompletableFuture<Outcome<String>> stubborn =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            throw new UnsupportedOperationException("not mine to cancel");
          }
        };
    CompletableFuture<Outcome<String>> future = awaiter(key -> stubborn).awaitOutcome("k");

    assertThat(future.cancel(true)).isTrue();
  }
}
