package dev.slipstream.examples.shared;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a program has printed, for its test. */
public final class Printed {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  /** Creates an empty one. */
  public Printed() {}

  /**
   * Returns what the program prints to.
   *
   * @return the stream
   */
  public PrintStream stream() {
    return stream;
  }

  /**
   * Returns what it has printed so far.
   *
   * @return the text
   */
  public String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** Forgets what it has printed so far. */
  public void clear() {
    bytes.reset();
  }
}
