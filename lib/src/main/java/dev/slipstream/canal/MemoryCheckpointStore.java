package dev.slipstream.canal;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Checkpoints that end with the process. */
final class MemoryCheckpointStore implements CheckpointStore {
  private final Map<String, Checkpoint> checkpoints = new ConcurrentHashMap<>();

  @Override
  public @Nullable Checkpoint load(String id) {
    return checkpoints.get(Objects.requireNonNull(id, "id"));
  }

  @Override
  public void save(String id, Checkpoint checkpoint) {
    checkpoints.put(
        Objects.requireNonNull(id, "id"), Objects.requireNonNull(checkpoint, "checkpoint"));
  }
}
