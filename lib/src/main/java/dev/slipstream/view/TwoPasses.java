package dev.slipstream.view;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * One file, opened twice. If it is replaced between the two openings, their headers differ, and it
 * is opened again.
 */
record TwoPasses(OpenFile first, OpenFile second) implements Closeable {
  private static final int ATTEMPTS = 100;

  /** Opens a file. */
  interface Opener {
    OpenFile open(Path file) throws IOException;
  }

  static TwoPasses open(Path file, Opener opener) throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      OpenFile first = opener.open(file);
      try {
        OpenFile second = opener.open(file);
        if (first.header().equals(second.header())) {
          return new TwoPasses(first, second);
        }
        second.close();
      } catch (IOException | RuntimeException e) {
        first.close();
        throw e;
      }
      first.close();
    }
    throw new FileSystemException(
        file.toString(), null, "it is replaced all the time; write it less often");
  }

  @Override
  public void close() throws IOException {
    try {
      first.close();
    } finally {
      second.close();
    }
  }
}
