package dev.slipstream.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A wait that ends while it begins leaves nothing behind. */
class WakeupsTest {
  private final ChangeHub<String> hub = new ChangeHub<>(Runnable::run);
  private final FakePollTimer timer = new FakePollTimer();
  private final AtomicInteger looks = new AtomicInteger();
  private final List<Throwable> failures = new ArrayList<>();
  private final Wakeups<String> wakeups =
      new Wakeups<>(
          "k",
          new AwaiterSettings<>(hub, timer, Runnable::run),
          looks::incrementAndGet,
          failures::add);

  @Test
  void aSubscriptionThatComesAfterTheStopIsGivenUp() {
    wakeups.stop();

    wakeups.subscribe();

    assertThat(hub.trackedKeys()).isZero();
  }

  @Test
  void pollingThatBeginsAfterTheStopDoesNotBegin() {
    wakeups.subscribe();
    wakeups.stop();

    wakeups.poll();

    hub.notify("k");
    assertThat(timer.delays).isEmpty();
    assertThat(looks).hasValue(0);
  }
}
