package dev.slipstream.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.latch.Outcome;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What events and states say of themselves can be logged: no value, and on one line. */
class WatchTextsTest {
  @Test
  void anEventsTextHasNeitherItsValueNorAKeyThatForgesALine() {
    CacheEvent<String, String> event =
        new CacheEvent<>(7, "k\n12:00 ERROR", EventType.PUT, 0, "SECRET", null);
    assertThat(event).hasToString("#7 PUT k\\n12:00 ERROR at 1970-01-01T00:00:00Z");
    CacheEvent<String, String> failed =
        new CacheEvent<>(8, "k", EventType.FAILED, 0, null, new IllegalStateException("SECRET"));
    assertThat(failed)
        .hasToString("#8 FAILED k at 1970-01-01T00:00:00Z: java.lang.IllegalStateException");
  }

  @Test
  void aStatesTextHasNoValue() {
    assertThat(new KeyState.Cached<>("SECRET")).hasToString("Cached[java.lang.String]");
    assertThat(new KeyState.Cached<>(null)).hasToString("Cached[null]");
    assertThat(new KeyState.Idle<>()).hasToString("Idle[]");
    CompletableFuture<Outcome<String>> outcome = new CompletableFuture<>();
    KeyState<String> state = new KeyState.InFlight<>(outcome);
    assertThat(state).hasToString("InFlight[running]");
    outcome.complete(new Outcome.Success<>("SECRET"));
    assertThat(state).hasToString("InFlight[ended]");
  }
}
