package dev.slipstream.page;

import java.util.function.Function;

/** The texts of keys: what the user's function says, cut; one that fails shows its failure. */
final class KeyTexts {
  private static final int MOST_CHARS = 200;

  private final Function<Object, String> keys;

  KeyTexts(Function<Object, String> keys) {
    this.keys = keys;
  }

  String of(Object key) {
    try {
      return cut(String.valueOf(keys.apply(key)));
    } catch (Throwable e) { // one key must not take the page away
      return "(a key without a text: " + e.getClass().getName() + ")";
    }
  }

  private static String cut(String text) {
    if (text.length() <= MOST_CHARS) {
      return text;
    }
    int end = MOST_CHARS - 1;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
  }
}
