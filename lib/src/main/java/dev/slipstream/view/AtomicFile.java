package dev.slipstream.view;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replaces a file by a whole one, or leaves it as it is. */
final class AtomicFile {
  private static final Logger LOG = LoggerFactory.getLogger(ViewFile.class);
  private static final int MAX_LINKS = 40;

  private AtomicFile() {}

  /** Writes a file. */
  interface Content<T> {
    T writeTo(WritableByteChannel out) throws IOException;
  }

  /** Replaces the file, or the one that a symbolic link names. */
  static <T> T replace(Path file, Content<T> content) throws IOException {
    Path target = followLinks(file);
    check(target);
    TempFile.removeLeftovers(target);
    T result;
    try (TempFile temp = TempFile.beside(target)) {
      result = content.writeTo(temp.channel());
      temp.moveTo(target);
    }
    force(TempFile.parent(target));
    return result;
  }

  /** Refuses what can be opened but is no file: to read from a pipe would wait for a writer. */
  static void checkRegular(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new FileSystemException(
          file.toString(), null, "a view file is a regular file, and this is none; name another");
    }
  }

  private static void check(Path target) throws IOException {
    checkRegular(target);
    Path directory = TempFile.parent(target);
    if (!Files.exists(directory)) {
      throw new NoSuchFileException(
          directory.toString(), null, "the view file's directory is missing; create it");
    }
    if (!Files.isDirectory(directory)) {
      throw new NotDirectoryException(directory.toString());
    }
  }

  /** Also to a file that is not there yet, so {@code toRealPath} will not do. */
  private static Path followLinks(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    for (int i = 0; i < MAX_LINKS; i++) {
      if (!Files.isSymbolicLink(target)) {
        return target;
      }
      target = target.resolveSibling(Files.readSymbolicLink(target));
    }
    throw new FileSystemLoopException(file.toString());
  }

  /** Makes the rename last, where a directory can be opened. */
  private static void force(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, READ)) {
      channel.force(true);
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("directory {} cannot be forced to the disk", directory, e);
    }
  }
}
