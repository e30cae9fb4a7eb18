package dev.slipstream.examples.shared;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a program has printed. */
public final class Printed {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  public PrintStream stream() {
    return stream;
  }

  public String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  public void clear() {
    bytes.reset();
  }
}
