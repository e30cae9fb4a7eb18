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

  /** Sends a signal, such as STOP, to a process. */
  static void signal(Process process, String signal) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("kill -" + signal + " " + process.pid() + " failed");
      }
    } catch (IOException e) {
      throw new IllegalStateException("kill -" + signal + " could not be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void end() {
    synchronized (RUNNING) {
      ending = true;
      RUNNING.forEach(Process::destroyForcibly);
    }
  }
}
