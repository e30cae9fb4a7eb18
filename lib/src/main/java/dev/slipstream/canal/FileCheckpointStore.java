package dev.slipstream.canal;

import dev.slipstream.internal.AtomicFile;
import dev.slipstream.internal.TempFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints in files. A save replaces the file of its id as a whole: whenever the process or the
 * machine stops, the old file is there, or the new one.
 */
final class FileCheckpointStore implements CheckpointStore {
  private final Path directory;

  /** The files whose leftovers were looked for, once each. */
  private final Set<Path> cleaned = ConcurrentHashMap.newKeySet();

  FileCheckpointStore(Path directory) {
    this.directory = Objects.requireNonNull(directory, "directory");
  }

  @Override
  public @Nullable Checkpoint load(String id) throws IOException {
    CheckpointFile form = new CheckpointFile(id);
    return uninterrupted(() -> read(form));
  }

  @Override
  public void save(String id, Checkpoint checkpoint) throws IOException {
    CheckpointFile form = new CheckpointFile(id);
    byte[] bytes = form.bytesOf(checkpoint);
    uninterrupted(
        () -> {
          read(form); // refuses to replace what is no checkpoint
          replace(directory.resolve(form.name()), bytes);
          return null;
        });
  }

  private @Nullable Checkpoint read(CheckpointFile form) throws IOException {
    Path file = directory.resolve(form.name());
    try (InputStream in = open(file)) {
      return form.checkpointOf(in.readNBytes(CheckpointFile.MAX_BYTES + 1));
    } catch (NoSuchFileException e) {
      return null;
    } catch (CheckpointFile.DamageException e) {
      throw new IOException(
          "the checkpoint file %s is refused, and left as it is: %s; put a valid copy in its place, or move it away to start at the first event held"
              .formatted(file, e.getMessage()),
          e);
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          "the checkpoint file %s cannot be read: %s; make it readable, or move it away to start at the first event held"
              .formatted(file, e),
          e);
    }
  }

  /** Opens no link, which may lead to anybody's file, and no pipe, which would wait. */
  private static InputStream open(Path file) throws IOException {
    AtomicFile.requireRegularOrNone(file);
    return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
  }

  private void replace(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(directory);
    if (cleaned.add(file)) {
      TempFile.removeLeftovers(file);
    }
    int unused = AtomicFile.replace(file, out -> writeFully(out, bytes));
  }

  private static int writeFully(WritableByteChannel out, byte[] bytes) throws IOException {
    int written = 0;
    for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
      written += out.write(rest);
    }
    return written;
  }

  /** Runs it to its end: an interrupt closes channels, and so has it run once more; it is kept. */
  private static <T> @Nullable T uninterrupted(Work<T> work) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return work.run();
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private interface Work<T> {
    @Nullable T run() throws IOException;
  }
}
