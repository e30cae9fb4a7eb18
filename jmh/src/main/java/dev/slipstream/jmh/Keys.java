package dev.slipstream.jmh;

/** Boxed keys, made beforehand and scattered over a map's bins. */
public final class Keys {
  private static final int SCATTER = 0x9E3779B9; // odd, so the product is a bijection on int

  private Keys() {}

  /** Returns {@code count} distinct keys; ranges that do not overlap share no key. */
  public static Integer[] range(int from, int count) {
    Integer[] keys = new Integer[count];
    for (int i = 0; i < count; i++) {
      keys[i] = scatter(from + i);
    }
    return keys;
  }

  static int scatter(int index) {
    return index * SCATTER;
  }
}
