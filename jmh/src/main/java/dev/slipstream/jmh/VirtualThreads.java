package dev.slipstream.jmh;

import java.util.concurrent.ThreadFactory;

/** {@code Thread.ofVirtual().factory()}, by reflection: these sources compile for 17. */
public final class VirtualThreads {

  private VirtualThreads() {}

  public static ThreadFactory factory() {
    if (Runtime.version().feature() < 21) {
      throw new IllegalStateException(
          "virtual threads need JDK 21 or later, but this is " + Runtime.version());
    }
    try {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      Class<?> type = Class.forName("java.lang.Thread$Builder");
      return (ThreadFactory) type.getMethod("factory").invoke(builder);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("there is no Thread.ofVirtual().factory()", e);
    }
  }
}
