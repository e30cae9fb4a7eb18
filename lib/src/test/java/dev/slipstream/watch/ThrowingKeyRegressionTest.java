package dev.slipstream.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.latch.Outcome;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A key whose hashCode throws once it is watched left waits pending that had ended. */
class ThrowingKeyRegressionTest {
  private static final class BadKey {
    private boolean throwing;

    @Override
    public int hashCode() {
      if (throwing) {
        throw new IllegalStateException("no hash");
      }
      return 1;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }
  }

  @RegisterExtension final LogCapture log = new LogCapture();

  private final BadKey key = new BadKey();
  private final ChangeHub<BadKey> hub = new ChangeHub<>(Runnable::run);

  @Test
  void aFutureWhoseOwnerEndsItIsDone() {
    CompletableFuture<Outcome<String>> future =
        KeyAwaiter.<BadKey, String>over(k -> new KeyState.Idle<>())
            .hub(hub)
            .build()
            .awaitOutcome(key);
    key.throwing = true;

    assertThatThrownBy(() -> future.complete(new Outcome.Abandoned<>())).hasMessage("no hash");

    assertThat(future).isCompletedWithValue(new Outcome.Abandoned<>());
  }

  @Test
  void theFuturesOfASubscriptionThatIsClosedFail() {
    ChangeSubscription subscription = hub.subscribe(key);
    CompletableFuture<Long> next = subscription.nextChange();
    key.throwing = true;

    assertThatThrownBy(subscription::close).hasMessage("no hash");

    assertThat(Eventually.failure(next)).hasMessageContaining("closed");
  }

  @Test
  void aWatchThatThrowsHoldsUpNoOther() {
    ChangeSubscription first = hub.subscribe(key);
    HubCallback<BadKey> throwing =
        hub.callback(
            key,
            () -> {
              throw new AssertionError("as a test needs it");
            });
    ChangeSubscription last = hub.subscribe(key);
    CompletableFuture<Long> before = first.nextChange();
    CompletableFuture<Long> after = last.nextChange();

    hub.notify(key);

    assertThat(before).isDone();
    assertThat(after).isDone();
    assertThat(log.warnings()).hasSize(1);
    assertThat(throwing.leave()).isTrue();
    first.close();
    last.close();
    assertThat(hub.trackedKeys()).isZero();
  }
}
