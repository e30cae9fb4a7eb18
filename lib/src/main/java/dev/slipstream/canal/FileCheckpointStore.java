package dev.slipstream.canal;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checkpoints in files. */
final class FileCheckpointStore implements CheckpointStore {
  private final Path directory;

  FileCheckpointStore(Path directory) {
    this.directory = Objects.requireNonNull(directory, "directory");
  }

  @Override
  public @Nullable Checkpoint load(String id) {
    throw new UnsupportedOperationException(directory.toString());
  }

  @Override
  public void save(String id, Checkpoint checkpoint) {
    throw new UnsupportedOperationException(directory.toString());
  }
}
