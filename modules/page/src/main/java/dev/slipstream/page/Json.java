package dev.slipstream.page;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Writes JSON. Texts are escaped so that they are harmless wherever they end up: no line breaks,
 * and neither {@code <}, {@code >} nor {@code &} as such.
 */
final class Json {
  private final StringBuilder out = new StringBuilder(1_024);
  private boolean comma; // before the next name or value

  Json object() {
    return open('{');
  }

  Json array() {
    return open('[');
  }

  private Json open(char bracket) {
    separate();
    out.append(bracket);
    comma = false;
    return this;
  }

  Json endObject() {
    return end('}');
  }

  Json endArray() {
    return end(']');
  }

  private Json end(char bracket) {
    out.append(bracket);
    comma = true;
    return this;
  }

  Json name(String name) {
    value(name);
    out.append(':');
    comma = false;
    return this;
  }

  Json value(String text) {
    separate();
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      append(text.charAt(i));
    }
    out.append('"');
    comma = true;
    return this;
  }

  Json value(long number) {
    return literal(Long.toString(number));
  }

  Json value(boolean value) {
    return literal(Boolean.toString(value));
  }

  /** Writes a ratio; NaN, of nothing, as null. */
  Json value(double ratio) {
    return literal(Double.isFinite(ratio) ? Double.toString(ratio) : "null");
  }

  Json nothing() {
    return literal("null");
  }

  private Json literal(String literal) {
    separate();
    out.append(literal);
    comma = true;
    return this;
  }

  private void separate() {
    if (comma) {
      out.append(',');
    }
  }

  private void append(char c) {
    if (c == '"' || c == '\\') {
      out.append('\\').append(c);
    } else if (c < ' ' || c == '<' || c == '>' || c == '&' || isUnsafe(c)) {
      out.append("\\u%04x".formatted((int) c));
    } else {
      out.append(c);
    }
  }

  /** Ends of a line for JavaScript, control characters, and halves of a pair, which UTF-8 lacks. */
  private static boolean isUnsafe(char c) {
    return c == '\u2028' || c == '\u2029' || Character.isISOControl(c) || Character.isSurrogate(c);
  }

  byte[] bytes() {
    return toString().getBytes(UTF_8);
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
