package dev.slipstream.jmh;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what JMH writes: objects become maps, arrays lists, numbers doubles, and all else (strings,
 * and JMH's bare {@code NaN} is in quotes) strings.
 */
final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  static Object parse(String text) {
    Json json = new Json(text);
    Object value = json.value();
    if (json.peek() != 0) {
      throw json.unexpected("the end");
    }
    return value;
  }

  private Object value() {
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      default -> word();
    };
  }

  private Map<String, Object> object() {
    Map<String, Object> members = new LinkedHashMap<>();
    take('{');
    while (peek() != '}') {
      String name = string();
      take(':');
      members.put(name, value());
      skipComma('}');
    }
    take('}');
    return members;
  }

  private List<Object> array() {
    List<Object> items = new ArrayList<>();
    take('[');
    while (peek() != ']') {
      items.add(value());
      skipComma(']');
    }
    take(']');
    return items;
  }

  private String string() {
    take('"');
    StringBuilder string = new StringBuilder();
    while (text.charAt(at) != '"') {
      if (text.charAt(at) == '\\') {
        at++; // JMH escapes quotes and backslashes, and a path needs no more
      }
      string.append(text.charAt(at++));
    }
    at++;
    return string.toString();
  }

  private Object word() {
    int from = at;
    while (at < text.length() && ",]} \r\n\t".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(from, at);
    try {
      return Double.valueOf(word);
    } catch (NumberFormatException e) {
      return word;
    }
  }

  private void skipComma(char end) {
    if (peek() != end) {
      take(',');
    }
  }

  private void take(char expected) {
    if (peek() != expected) {
      throw unexpected("'" + expected + "'");
    }
    at++;
  }

  /** Returns the next character that is no white space, or 0 at the end. */
  private char peek() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at < text.length() ? text.charAt(at) : 0;
  }

  private IllegalArgumentException unexpected(String expected) {
    return new IllegalArgumentException("no JMH result: expected " + expected + " at " + at);
  }
}
