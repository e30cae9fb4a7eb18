package dev.slipstream;

import java.util.Set;

/**
 * User code that the library calls.
 *
 * @param row what the table of docs/synchronization.md calls it
 * @param name which of the cases of that row it is
 * @param waiting the operations that wait while it runs
 * @param setup makes a cache, and a call that ends up in the code
 */
record UserCode(String row, String name, Set<Operation> waiting, Setup setup) {

  /** Prepares a scene, in which the code passes the scene's gate. */
  interface Setup {
    void prepare(Scene scene) throws Exception;
  }

  /** Returns code during which every operation goes on. */
  static UserCode of(String row, String name, Setup setup) {
    return of(row, name, setup, Set.of());
  }

  static UserCode of(String row, String name, Setup setup, Set<Operation> waiting) {
    return new UserCode(row, name, waiting, setup);
  }

  @Override
  public String toString() {
    return row + ": " + name;
  }
}
