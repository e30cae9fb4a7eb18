package dev.slipstream.page;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The writes to browsers that are under way. One that takes too long, because its browser reads no
 * more, is ended by an interrupt of its thread, which closes the connection's channel.
 */
final class Writes {
  private final Set<Write> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Runs a write on this thread; when it returns, the thread is not interrupted by this class. A
   * write after {@link #close} fails where it meets the channel, which it closes.
   */
  void run(IoAction action) throws IOException {
    Write write = new Write();
    running.add(write);
    if (closed) { // looked at after the write can be found: close finds it, or is seen here
      write.interrupt();
    }
    try {
      action.run();
    } finally {
      running.remove(write);
      write.end();
    }
  }

  void endLongerThan(Duration limit) {
    long now = System.nanoTime();
    for (Write write : running) {
      if (now - write.startNanos > Durations.nanos(limit)) {
        write.interrupt();
      }
    }
  }

  void close() {
    closed = true;
    running.forEach(Write::interrupt);
  }

  /** A write, several in a row, or the end of an exchange, which writes as well. */
  interface IoAction {
    void run() throws IOException;
  }

  private static final class Write {
    private final Thread thread = Thread.currentThread();
    private final long startNanos = System.nanoTime();
    private boolean interrupted; // guarded by this
    private boolean ended; // guarded by this

    synchronized void interrupt() {
      if (!ended) {
        interrupted = true;
        thread.interrupt();
      }
    }

    synchronized void end() {
      ended = true;
      if (interrupted) {
        Thread.interrupted(); // the thread may be the server's: its next task has no part in this
      }
    }
  }
}
