package dev.slipstream.redis;

import dev.slipstream.processes.JavaProgram;
import org.jspecify.annotations.Nullable;

/** A JVM that runs {@link NodeMain}; it is signalled and ended by its process id. */
final class Node implements AutoCloseable {
  private final JavaProgram program;

  Node(String name, int ledgerPort, int databasePort, long leaseMillis) {
    program = JavaProgram.start(name, NodeMain.class, name, ledgerPort, databasePort, leaseMillis);
  }

  void awaitReady() {
    String ignored = await("ready");
  }

  void send(String command) {
    program.send(command);
  }

  /** Waits for a line that begins so, takes it out, and returns what follows. */
  String await(String beginning) {
    return program.await(beginning);
  }

  /** Takes out a line that begins so, and returns what follows; null if there is none. */
  @Nullable String poll(String beginning) {
    return program.poll(beginning);
  }

  /** Has it get a key for so many callers at once. */
  void get(String key, int callers) {
    send("get " + key + ' ' + callers);
  }

  /** Waits for all of its callers; returns what they got, and when the first one did. */
  Got got(String key) {
    String[] words = await("got " + key).split(" ");
    return new Got(words[0], Long.parseLong(words[1]));
  }

  record Got(String value, long nanos) {}

  void signal(String signal) {
    program.signal(signal);
  }

  void kill() {
    program.kill();
  }

  @Override
  public void close() {
    kill();
  }
}
