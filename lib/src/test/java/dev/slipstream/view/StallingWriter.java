package dev.slipstream.view;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.locks.LockSupport;

/** Writes half a megabyte, says so, and then never ends. */
final class StallingWriter {
  private static final int ENTRIES = 500;

  private StallingWriter() {}

  public static void main(String[] args) throws Exception {
    MemoryViewable<String, String> stalling =
        new MemoryViewable<>() {
          @Override
          public Iterator<EntryView<String, String>> entries() {
            return new Iterator<>() {
              private int count;

              @Override
              public boolean hasNext() {
                return true;
              }

              @Override
              public EntryView<String, String> next() {
                if (count == ENTRIES) {
                  System.out.println("stalled");
                }
                while (count == ENTRIES) {
                  LockSupport.park();
                }
                return Samples.entry("key-" + count++, "x".repeat(1000));
              }
            };
          }
        };
    ViewFile.write(Path.of(args[0]), stalling, Samples.STRINGS);
  }
}
