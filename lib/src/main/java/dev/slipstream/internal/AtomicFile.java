package dev.slipstream.internal;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * Replaces a file by a whole one, or leaves it as it is. The new file is forced to the disk before
 * it takes the old one's place, and the directory after. It has the permissions of the old one; if
 * there is none, only its owner may read and write it.
 */
public final class AtomicFile {
  private static final int MAX_LINKS = 40;

  private AtomicFile() {}

  /**
   * Writes a file.
   *
   * @param <T> the type of the result
   */
  @FunctionalInterface
  public interface Content<T> {
    /**
     * Writes the file.
     *
     * @param out takes the bytes
     * @return what the writing came to
     * @throws IOException if it fails
     */
    T writeTo(WritableByteChannel out) throws IOException;
  }

  /**
   * Replaces a file.
   *
   * @param file the file, which need not be there; no symbolic link, see {@link #followLinks}
   * @param content writes it
   * @param <T> the type of the result
   * @return what the writing came to
   * @throws IOException if the file cannot be written; the old one is intact, unless it is the
   *     directory that cannot be forced
   */
  public static <T> T replace(Path file, Content<T> content) throws IOException {
    requireRegularOrNone(file);
    requireDirectory(TempFile.parent(file));
    T result;
    try (TempFile temp = TempFile.beside(file)) {
      result = content.writeTo(temp.channel());
      temp.moveTo(file);
    }
    force(TempFile.parent(file));
    return result;
  }

  /**
   * Returns the file that a path leads to, which need not be there, so {@code toRealPath} will not
   * do.
   *
   * @param file a file or a symbolic link
   * @return a path that is no symbolic link
   * @throws IOException if a link cannot be read, or links form a cycle
   */
  public static Path followLinks(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    for (int i = 0; i < MAX_LINKS; i++) {
      if (!Files.isSymbolicLink(target)) {
        return target;
      }
      target = target.resolveSibling(Files.readSymbolicLink(target));
    }
    throw new FileSystemLoopException(file.toString());
  }

  /**
   * Refuses what can be opened but is no regular file: to open a pipe would wait for its other end.
   *
   * @param file a path; a symbolic link is refused like anything else
   * @throws IOException if there is something that is no regular file
   */
  public static void requireRegularOrNone(Path file) throws IOException {
    if (Files.exists(file, NOFOLLOW_LINKS) && !Files.isRegularFile(file, NOFOLLOW_LINKS)) {
      throw new FileSystemException(
          file.toString(), null, "it must be a regular file, but is not; name another");
    }
  }

  private static void requireDirectory(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      throw new NoSuchFileException(
          directory.toString(), null, "the directory is missing; create it");
    }
    if (!Files.isDirectory(directory)) {
      throw new NotDirectoryException(directory.toString());
    }
  }

  /** Makes the rename last. Where a directory cannot be opened, the system does so by itself. */
  private static void force(Path directory) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(directory, READ);
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      return;
    }
    try (channel) {
      channel.force(true);
    }
  }
}
