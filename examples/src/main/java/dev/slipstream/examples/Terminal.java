package dev.slipstream.examples;

import java.io.Console;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * What we print to.
 *
 * @param live whether it is a terminal, where a line can change in place
 * @param blocks whether it can show block characters
 */
record Terminal(boolean live, boolean blocks) {

  /** Returns the terminal, or file, that standard output goes to. */
  static Terminal standardOutput() {
    return new Terminal(isTerminal(System.console()), charset().newEncoder().canEncode('█'));
  }

  String full() {
    return blocks ? "█" : "#";
  }

  String empty() {
    return blocks ? "░" : ".";
  }

  private static boolean isTerminal(@Nullable Console console) {
    if (console == null) {
      return false;
    }
    try { // JDK 22 and later have a console even when the output is redirected, and this method
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  private static Charset charset() {
    String name = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
    return name == null ? Charset.defaultCharset() : Charset.forName(name);
  }
}
