package dev.slipstream.ledger;

/** Keys in messages: escaped, cut, and never the reason of a failure. */
final class KeyText {
  private static final int LONGEST = 200;

  private KeyText() {}

  static String of(Object key) {
    String text;
    try {
      text = String.valueOf(key);
    } catch (RuntimeException | Error e) {
      return key.getClass().getName() + " (its toString failed)";
    }
    String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    return cut.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }
}
