package dev.slipstream.view;

/** Names users' objects in messages, whatever their {@code toString} does. */
final class Text {
  private Text() {}

  static String of(Object object) {
    try {
      return String.valueOf(object);
    } catch (RuntimeException e) {
      return object.getClass().getName() + " (its toString threw " + e.getClass().getName() + ")";
    }
  }
}
