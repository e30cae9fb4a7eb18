package dev.slipstream.internal;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that becomes another one when it is whole. It is called {@code
 * .<target>.<process>-<random>.slipstream-tmp}: a name that nobody can prepare, and that is made
 * anew or not at all, so that no link is followed and nothing is overwritten.
 *
 * <p><i>Leftovers.</i> A writer holds a lock on its temporary file, which the system lets go of
 * when the process dies. So a temporary file of another process whose lock can be had is a
 * leftover. Those of this process are known by their names: to close a second channel on one would
 * let go of its lock.
 *
 * <p><i>The race.</i> Between its creation and its lock, a temporary file looks like a leftover,
 * and may be taken for one. Its writer notices, for either the lock is held, or the file is gone
 * once it is locked; it then begins another.
 */
public final class TempFile implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(AtomicFile.class);
  private static final String SUFFIX = ".slipstream-tmp";
  private static final String PROCESS = UUID.randomUUID().toString().substring(24);
  private static final int ATTEMPTS = 100;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path path;
  private final FileChannel channel;

  private boolean moved;

  private TempFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Creates a file beside its target. It has the permissions of the target; if that is not there,
   * only its owner may read and write it.
   *
   * @param target what it is to become
   * @return an empty file, to be closed
   * @throws IOException if it cannot be created
   */
  public static TempFile beside(Path target) throws IOException {
    Set<PosixFilePermission> permissions = permissions(target);
    for (int i = 0; i < ATTEMPTS; i++) {
      String name = prefix(target) + PROCESS + "-" + UUID.randomUUID() + SUFFIX;
      Path path = target.resolveSibling(name);
      FileChannel channel;
      try {
        channel = create(path, permissions);
      } catch (FileAlreadyExistsException e) {
        continue;
      }
      if (isLocked(channel) && Files.exists(path, NOFOLLOW_LINKS)) {
        TempFile temp = new TempFile(path, channel);
        temp.permit(permissions);
        return temp;
      }
      channel.close();
    }
    throw new FileSystemException(
        target.toString(),
        null,
        "every temporary file beside it was removed at once; find out what removes them");
  }

  /**
   * Removes what writers of a target that were killed have left.
   *
   * @param target what they wrote
   */
  public static void removeLeftovers(Path target) {
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(parent(target), path -> isForeign(path, target))) {
      for (Path path : found) {
        removeIfLeft(path);
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.debug("the directory of {} cannot be searched for leftovers", target, e);
    }
  }

  static Path parent(Path target) {
    Path parent = target.getParent();
    return parent == null ? target : parent;
  }

  /**
   * Returns where to write.
   *
   * @return the open channel
   */
  public FileChannel channel() {
    return channel;
  }

  /**
   * Forces what was written to the disk, and puts it in the target's place.
   *
   * @param target what the file becomes
   * @throws IOException if it cannot be forced or moved
   */
  public void moveTo(Path target) throws IOException {
    channel.force(true);
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    moved = true;
  }

  /** Removes the file, unless it was moved. */
  @Override
  public void close() throws IOException {
    try (channel) {
      if (!moved) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** Null if there are no such permissions here. */
  private static @Nullable Set<PosixFilePermission> permissions(Path target) throws IOException {
    if (!target.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return null;
    }
    try {
      return Files.getPosixFilePermissions(target, NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return OWNER_ONLY;
    } catch (UnsupportedOperationException e) {
      return null;
    }
  }

  private static FileChannel create(Path path, @Nullable Set<PosixFilePermission> atMost)
      throws IOException {
    Set<OpenOption> options = Set.of(CREATE_NEW, WRITE, NOFOLLOW_LINKS);
    return atMost == null
        ? FileChannel.open(path, options)
        : FileChannel.open(path, options, PosixFilePermissions.asFileAttribute(atMost));
  }

  /** Gives back what the umask took away. */
  private void permit(@Nullable Set<PosixFilePermission> permissions) throws IOException {
    if (permissions == null) {
      return;
    }
    try {
      Files.setPosixFilePermissions(path, permissions);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private static boolean isForeign(Path path, Path target) {
    String name = path.getFileName().toString();
    String prefix = prefix(target);
    return name.startsWith(prefix)
        && name.endsWith(SUFFIX)
        && !name.startsWith(prefix + PROCESS + "-");
  }

  private static void removeIfLeft(Path path) {
    if (!Files.isRegularFile(path, NOFOLLOW_LINKS)) { // to open a pipe would wait for a reader
      return;
    }
    try (FileChannel channel = FileChannel.open(path, WRITE, NOFOLLOW_LINKS)) {
      if (channel.tryLock() != null) {
        Files.deleteIfExists(path);
        LOG.info("removed {}, which a writer that was killed had left", path);
      }
    } catch (IOException | UnsupportedOperationException | OverlappingFileLockException e) {
      LOG.debug("left {}: it is not known whether it is in use", path, e);
    }
  }

  /** Where nothing can be locked, nobody takes the file for a leftover. */
  private static boolean isLocked(FileChannel channel) {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("temporary files cannot be locked here", e);
      return true;
    }
  }

  private static String prefix(Path target) {
    return "." + target.getFileName() + ".";
  }
}
