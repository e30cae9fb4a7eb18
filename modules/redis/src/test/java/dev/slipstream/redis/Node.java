package dev.slipstream.redis;

import dev.slipstream.processes.JavaProgram;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A JVM that runs {@link NodeMain}; it is signalled and ended by its process id. One that is closed
 * can be the next node.
 */
final class Node implements AutoCloseable {
  private static final Deque<JavaProgram> IDLE = new ArrayDeque<>();

  private final JavaProgram program;
  private final boolean plain;

  Node(String name, int ledgerPort, int databasePort, NodeOptions options) {
    plain = options.environment().isEmpty();
    JavaProgram idle = plain ? IDLE.poll() : null;
    program =
        idle == null ? JavaProgram.startIn(options.environment(), name, NodeMain.class) : idle;
    send("open %s %d %d %s".formatted(name, ledgerPort, databasePort, options.text()));
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

  /** Waits for all of its callers; returns what they got. */
  Got got(String key) {
    String[] words = await("got " + key).split(" ");
    return new Got(words[0], Long.parseLong(words[1]), Long.parseLong(words[2]));
  }

  /**
   * What callers got.
   *
   * @param nanos when the first one did
   * @param longestNanos how long the last one waited
   */
  record Got(String value, long nanos, long longestNanos) {}

  /** Has all of its callers leave; returns when. */
  long leave() {
    send("leave");
    return Long.parseLong(await("left"));
  }

  void signal(String signal) {
    program.signal(signal);
  }

  void kill() {
    program.kill();
  }

  @Override
  public void close() {
    if (plain && program.isAlive()) {
      send("close");
      IDLE.add(program);
    } else {
      kill();
    }
  }
}
