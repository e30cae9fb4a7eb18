package dev.slipstream.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** G19: the interrupt of a run reaches that run, and nothing else that its thread does. */
class InterruptibleRunTest {
  private final InterruptibleRun run = new InterruptibleRun();

  @AfterEach
  void clear() {
    Thread.interrupted();
  }

  @Test
  void itBeginsOnce() {
    assertThat(run.begin()).isTrue();
    assertThat(run.begin()).isFalse();
  }

  @Test
  void itsInterruptEndsWithIt() {
    run.begin();
    run.interrupt();
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    assertThat(run.end()).isTrue();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void anInterruptThatComesLateReachesNobody() {
    run.begin();
    assertThat(run.end()).isFalse();
    run.interrupt();
    run.cancel();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void oneThatComesBeforeTheBeginningIsForNobody() {
    run.interrupt();
    assertThat(run.begin()).isTrue();
    assertThat(run.end()).isFalse();
  }

  @Test
  void aRunThatIsCancelledBeforeItBeginsNeverDoes() {
    run.cancel();
    assertThat(run.begin()).isFalse();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void anInterruptOfSomebodyElsesStays() {
    run.begin();
    Thread.currentThread().interrupt();
    assertThat(run.end()).isFalse();
    assertThat(Thread.interrupted()).isTrue();
    InterruptibleRun.keepInterrupt(new InterruptedException());
    assertThat(Thread.interrupted()).isTrue();
    InterruptibleRun.keepInterrupt(new RuntimeException());
    InterruptibleRun.keepInterrupt(null);
    assertThat(Thread.interrupted()).isFalse();
  }
}
