package dev.slipstream.processes;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** The processes that this JVM has started. Those that still run are killed when it ends. */
final class Processes {
  private static final Set<Process> RUNNING = new HashSet<>();
  private static boolean ending;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Processes::end, "processes"));
  }

  private Processes() {}

  /** Starts a process, unless this JVM is ending. */
  static Process start(ProcessBuilder builder) throws IOException {
    synchronized (RUNNING) {
      if (ending) {
        throw new IllegalStateException("this JVM is ending: no process is started any more");
      }
      Process process = builder.start();
      RUNNING.add(process);
      return process;
    }
  }

  /** Kills a process (SIGKILL) and waits for its end. */
  static void kill(Process process) {
    process.destroyForcibly();
    process.onExit().join();
    synchronized (RUNNING) {
      RUNNING.remove(process);
    }
  }

  private static void end() {
    synchronized (RUNNING) {
      ending = true;
      RUNNING.forEach(Process::destroyForcibly);
    }
  }
}
