package dev.slipstream.canal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints in files. A save writes a temporary file beside the old one, forces it to disk, moves
 * it over the old one in one step, and forces the directory: whenever the process or the machine
 * stops, the old file is there, or the new one.
 */
final class FileCheckpointStore implements CheckpointStore {
  private static final String TEMPORARY = ".tmp";

  private final Path directory;

  /** Held while files are read and written, so that two saves do not share the temporary file. */
  private final Object lock = new Object();

  FileCheckpointStore(Path directory) {
    this.directory = Objects.requireNonNull(directory, "directory");
  }

  @Override
  public @Nullable Checkpoint load(String id) throws IOException {
    CheckpointFile form = new CheckpointFile(id);
    synchronized (lock) {
      return uninterrupted(() -> read(form));
    }
  }

  @Override
  public void save(String id, Checkpoint checkpoint) throws IOException {
    CheckpointFile form = new CheckpointFile(id);
    byte[] bytes = form.bytesOf(checkpoint);
    synchronized (lock) {
      uninterrupted(
          () -> {
            read(form); // refuses to replace what is no checkpoint
            replace(directory.resolve(form.name()), bytes);
            return null;
          });
    }
  }

  private @Nullable Checkpoint read(CheckpointFile form) throws IOException {
    Path file = directory.resolve(form.name());
    try (InputStream in = Files.newInputStream(file)) {
      return form.checkpointOf(in.readNBytes(CheckpointFile.MAX_BYTES + 1));
    } catch (NoSuchFileException e) {
      return null;
    } catch (CheckpointFile.DamageException e) {
      throw new IOException(
          "the checkpoint file %s is refused, and left as it is: %s; put a sound copy in its place, or move it away to start at the first event held"
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

  private void replace(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(directory);
    Path temporary = directory.resolve(file.getFileName() + TEMPORARY);
    try (FileChannel out =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
        out.write(rest);
      }
      out.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    forceDirectory();
  }

  private void forceDirectory() throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(directory, StandardOpenOption.READ);
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      return; // a system where directories cannot be opened does this by itself
    }
    try (channel) {
      channel.force(true);
    }
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
