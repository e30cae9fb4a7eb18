package dev.slipstream.internal;

import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Texts of users' objects, for messages and logs. Whatever an object's {@code toString} does, there
 * is a text, on one line and not long, without characters that forge a line or steer a terminal.
 */
public final class Texts {
  private static final int MOST_CHARS = 200;
  private static final int MOST_CHARS_OF_MESSAGE = 1_000;
  private static final int MOST_ELEMENTS = 10;
  private static final String NONE = "(an object whose toString failed)";

  private Texts() {}

  /**
   * Returns what an object says of itself; of a collection, what its first elements say, and how
   * many more there are.
   *
   * @param object any object
   * @return a text of 200 characters or hardly more. Control characters are escaped
   */
  public static String of(@Nullable Object object) {
    try {
      return object instanceof Collection<?> several
          ? ofFirst(several)
          : oneLine(String.valueOf(object), MOST_CHARS);
    } catch (Throwable e) { // at the end of the stack, say
      return withoutText(object);
    }
  }

  /**
   * Returns what an object is, and not what it says of itself, which may be secret.
   *
   * @param object any object
   * @return the name of its class
   */
  public static String typeOf(@Nullable Object object) {
    return object == null ? "null" : object.getClass().getName();
  }

  /**
   * Returns the message of a failure, on one line.
   *
   * @param failure any failure; its {@code getMessage} may throw
   * @return a text of at most 1,000 characters, or the failure's class if it has none
   */
  public static String messageOf(Throwable failure) {
    try {
      String message = failure.getMessage();
      return message == null ? typeOf(failure) : oneLine(message, MOST_CHARS_OF_MESSAGE);
    } catch (Throwable e) {
      return withoutText(failure);
    }
  }

  private static String ofFirst(Collection<?> several) {
    StringBuilder text = new StringBuilder("[");
    Iterator<?> elements = several.iterator();
    int count = 0;
    while (count < MOST_ELEMENTS && text.length() < MOST_CHARS && elements.hasNext()) {
      text.append(count == 0 ? "" : ", ").append(ofElement(elements.next()));
      count++;
    }
    String some = cut(text.toString(), MOST_CHARS);
    int more = several.size() - count;
    return more > 0 ? "%s and %,d more]".formatted(some, more) : some + "]";
  }

  private static String ofElement(@Nullable Object element) {
    try {
      return oneLine(String.valueOf(element), MOST_CHARS);
    } catch (Throwable e) {
      return withoutText(element);
    }
  }

  private static String withoutText(@Nullable Object object) {
    try {
      return object == null ? NONE : object.getClass().getName() + " (its toString failed)";
    } catch (Throwable e) {
      return NONE; // which needs neither stack nor memory
    }
  }

  private static String oneLine(@Nullable String text, int most) {
    if (text == null) { // the toString of a user's object returned it
      return "null";
    }
    String first = cut(text, most);
    for (int i = 0; i < first.length(); i++) {
      if (isUnsafe(first.charAt(i))) {
        return cut(escaped(first), most);
      }
    }
    return first;
  }

  private static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = most - 1;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        escaped.append("\\n");
      } else if (isUnsafe(c)) {
        escaped.append("\\u%04x".formatted((int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** Control characters, other ends of a line, and those that change the direction of writing. */
  private static boolean isUnsafe(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  /**
   * Logs at WARN, and never throws: neither an argument nor the failure need have a text.
   *
   * @param log where to
   * @param message with a {} for each argument
   * @param failure what was thrown; null for nothing
   * @param arguments as {@link #of} names them
   */
  public static void warn(
      Logger log, String message, @Nullable Throwable failure, @Nullable Object... arguments) {
    log(log::warn, message, failure, arguments);
  }

  /**
   * Logs at ERROR, and never throws: see {@link #warn}.
   *
   * @param log where to
   * @param message with a {} for each argument
   * @param failure what was thrown; null for nothing
   * @param arguments as {@link #of} names them
   */
  public static void error(
      Logger log, String message, @Nullable Throwable failure, @Nullable Object... arguments) {
    log(log::error, message, failure, arguments);
  }

  private static void log(
      BiConsumer<String, Object[]> log,
      String message,
      @Nullable Throwable failure,
      @Nullable Object[] arguments) {
    try {
      Object[] texts = Arrays.copyOf(arguments, arguments.length + 1);
      for (int i = 0; i < arguments.length; i++) {
        texts[i] = of(arguments[i]);
      }
      texts[arguments.length] = failure;
      log(log, message, texts);
    } catch (Throwable e) {
      return; // no stack or no memory: there is nobody to report it to
    }
  }

  private static void log(BiConsumer<String, Object[]> log, String message, Object[] texts) {
    try {
      log.accept(message, texts);
    } catch (Throwable e) { // a failure without a text: loggers ask for it
      texts[texts.length - 1] = typeOf(texts[texts.length - 1]);
      log.accept(message + "; its failure, a {}, cannot be logged", texts);
    }
  }
}
