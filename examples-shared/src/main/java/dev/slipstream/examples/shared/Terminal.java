package dev.slipstream.examples.shared;

import java.io.Console;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * The properties of the terminal, or file, that a program prints to.
 *
 * @param live whether it is a terminal, where lines can change in place
 * @param blocks whether it can show block characters
 * @param colours whether colours are wanted; see <a href="https://no-color.org">no-color.org</a>
 */
public record Terminal(boolean live, boolean blocks, boolean colours) {

  /**
   * Returns the terminal, or file, that standard output goes to.
   *
   * @return its properties
   */
  public static Terminal standardOutput() {
    boolean live = isTerminal(System.console()) && !"dumb".equals(System.getenv("TERM"));
    String noColour = System.getenv("NO_COLOR");
    return new Terminal(
        live,
        charset().newEncoder().canEncode('█'),
        live && (noColour == null || noColour.isEmpty()));
  }

  /**
   * Returns the character for the filled part of a bar.
   *
   * @return one character
   */
  public String full() {
    return blocks ? "█" : "#";
  }

  /**
   * Returns the character for the empty part of a bar.
   *
   * @return one character
   */
  public String empty() {
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
