package dev.slipstream.canal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.watch.EventType;
import java.lang.reflect.Field;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** An emitter that stalls between its event and its hint sets back the hint of those after it. */
class RingTest {
  private static final int EVENTS = 21;

  private final Ring<String, String> ring = new Ring<>(4);

  private long append() {
    return ring.append("k", EventType.PUT, 0, "v", null, 0).sequence();
  }

  private void setBack(long number) throws ReflectiveOperationException {
    Field hint = Ring.class.getDeclaredField("last");
    hint.setAccessible(true);
    ((AtomicLong) hint.get(ring)).set(number);
  }

  @Test
  void theLastNumberIsFoundFromAnyHintThatIsNotTooHigh() throws ReflectiveOperationException {
    for (int i = 0; i < EVENTS; i++) {
      append();
    }

    for (long number = 0; number <= EVENTS; number++) {
      setBack(number);
      assertThat(ring.last()).as("from %d", number).isEqualTo(EVENTS);
      setBack(number);
      assertThat(ring.first(ring.size())).as("from %d", number).isEqualTo(EVENTS - 3);
    }
  }

  @Test
  void theNextEventGetsTheNextNumberFromAnyHint() throws ReflectiveOperationException {
    for (int i = 0; i < EVENTS; i++) {
      setBack(i / 2);
      assertThat(append()).isEqualTo(i + 1);
    }
    assertThat(ring.settled()).isEqualTo(EVENTS);
  }
}
