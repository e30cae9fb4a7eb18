package dev.slipstream.examples.liveview;

import java.io.PrintStream;
import java.util.List;

/** The lower lines of a terminal, which are redrawn in place. Not thread-safe. */
final class Screen implements AutoCloseable {
  private static final String HIDE_CURSOR = "\u001b[?25l";
  private static final String SHOW_CURSOR = "\u001b[?25h";
  private static final String UP = "\u001b[%dA\r";
  private static final String CLEAR_REST_OF_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final PrintStream out;
  private int height;

  Screen(PrintStream out) {
    this.out = out;
  }

  /** Replaces the lines of the previous call. */
  void draw(List<String> lines) {
    StringBuilder frame = new StringBuilder(HIDE_CURSOR);
    if (height > 0) {
      frame.append(UP.formatted(height));
    }
    for (String line : lines) {
      frame.append(line).append(CLEAR_REST_OF_LINE).append(System.lineSeparator());
    }
    height = lines.size();
    out.print(frame.append(CLEAR_BELOW)); // in one write, or it would flicker
    out.flush();
  }

  /** Leaves the last lines in place and shows the cursor again. */
  @Override
  public void close() {
    if (height > 0) {
      out.print(SHOW_CURSOR);
      out.flush();
    }
  }
}
