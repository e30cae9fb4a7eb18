package dev.slipstream.testing;

import java.util.List;

/** Something that the library does on the calling thread, to be interrupted at every point. */
public interface FaultScenario {
  String name();

  /** Makes all that the operation needs, which is new each time. */
  Run prepare();

  /** One run of the operation, and the futures that are to get an answer. */
  interface Run {
    /** Does what may be interrupted. */
    void act() throws Throwable;

    /** Does what the answers need besides, and asks again for what was asked for. */
    void goOn();

    /** Returns the futures that wait for an answer, by name. */
    List<String> waiting();

    /** Closes the caches. */
    void close();
  }
}
