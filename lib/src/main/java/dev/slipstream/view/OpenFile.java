package dev.slipstream.view;

import dev.slipstream.internal.AtomicFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is being read, behind its header. Its stream is one of {@link Files#newInputStream}
 * and no FileChannel: an interrupt would close that, and break off a restore half way.
 */
record OpenFile(InputStream in, ViewHeader header) implements Closeable {
  static OpenFile open(Path file) throws IOException {
    AtomicFile.requireRegularOrNone(AtomicFile.followLinks(file));
    InputStream in = Files.newInputStream(file);
    try {
      return new OpenFile(in, ViewHeader.read(in, file));
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
