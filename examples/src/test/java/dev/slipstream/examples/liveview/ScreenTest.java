package dev.slipstream.examples.liveview;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.shared.Printed;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private final Printed printed = new Printed();
  private final Screen screen = new Screen(printed.stream());

  @Test
  void aFrameTakesThePlaceOfTheOneBefore() {
    screen.draw(List.of("one", "two"));
    assertEquals("\u001b[?25lone\u001b[K%ntwo\u001b[K%n\u001b[J".formatted(), printed.text());
    printed.clear();
    screen.draw(List.of("three"));
    assertTrue(printed.text().startsWith("\u001b[?25l\u001b[2A\rthree"), printed.text());
  }

  @Test
  void theCursorComesBack() {
    screen.draw(List.of("one"));
    screen.close();
    assertTrue(printed.text().endsWith("\u001b[?25h"), printed.text());
  }

  @Test
  void aScreenThatWasNotUsedPrintsNothing() {
    screen.close();
    assertEquals("", printed.text());
  }
}
