package dev.slipstream.jmh.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

/**
 * Counts what a hot key that is invalidated over and over costs besides time: its loads, and the
 * monitors that were inflated because two threads met there. Exits with 1 if they are more.
 */
final class Guards {
  /** Nothing overlaps on one thread: each invalidation is followed by one load. */
  private static final double LOADS_ON_ONE_THREAD = 1;

  private static final double LOADS_ON_TWO_THREADS = 1.15;

  /**
   * As measured with two monitors a flight, with room for chance; without them it is to be 0.01.
   */
  private static final double INFLATIONS = 0.4;

  private static final String INFLATION = "jdk.JavaMonitorInflate";
  private static final int WARM_UP = 20_000;
  private static final int INVALIDATIONS = 100_000;

  private Guards() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Guard guard = new Guard();
    HotKey key = new HotKey();
    key.run(2, WARM_UP);
    guard.check(
        "loads an invalidation, one thread",
        (double) key.run(1, INVALIDATIONS) / INVALIDATIONS,
        LOADS_ON_ONE_THREAD);
    Path file = Files.createTempFile("slipstream-guards", ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable(INFLATION).withoutThreshold().withoutStackTrace();
      recording.start();
      long loads = key.run(2, INVALIDATIONS);
      recording.stop();
      recording.dump(file);
      guard.check(
          "loads an invalidation, two threads",
          (double) loads / (2 * INVALIDATIONS),
          LOADS_ON_TWO_THREADS);
      guard.check(
          "monitors inflated an invalidation, two threads",
          (double) inflations(file) / (2 * INVALIDATIONS),
          INFLATIONS);
    } finally {
      Files.delete(file);
    }
    guard.exit();
  }

  private static long inflations(Path file) throws IOException {
    try (RecordingFile recorded = new RecordingFile(file)) {
      long count = 0;
      while (recorded.hasMoreEvents()) {
        if (recorded.readEvent().getEventType().getName().equals(INFLATION)) {
          count++;
        }
      }
      return count;
    }
  }
}
