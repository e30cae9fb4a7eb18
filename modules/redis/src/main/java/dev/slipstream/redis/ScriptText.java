package dev.slipstream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts the scripts' texts together. */
final class ScriptText {
  private static final String PARAGRAPHS = "\\R\\R";
  private static final Pattern FUNCTION = Pattern.compile("(?m)^local function (\\w+)");

  private ScriptText() {}

  static String read(String name) {
    try (InputStream in = ScriptText.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + name + ".lua: build it again");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the script with the functions of the head that it uses, each before the first paragraph
   * that does, since the server makes them anew in every call: one that returns early pays for no
   * later ones. Paragraphs stand between blank lines, in a script only at its top level; a function
   * of the head uses only those above it.
   */
  static String withHead(String head, String script) {
    List<String> pieces = new ArrayList<>(List.of(head.split(PARAGRAPHS, -1)));
    StringBuilder text = new StringBuilder();
    for (String paragraph : script.split(PARAGRAPHS, -1)) {
      String used = paragraph;
      for (int i = pieces.size() - 1; i >= 0; i--) {
        Matcher function = FUNCTION.matcher(pieces.get(i));
        if (!function.find() || used.contains(function.group(1) + '(')) {
          used = pieces.remove(i) + '\n' + used;
        }
      }
      text.append(used).append('\n');
    }
    return text.toString();
  }
}
