package dev.slipstream.canal;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Keeps checkpoints by the ids of their consumers. It is called on the threads that open cursors
 * and commit them, with no lock of the library held; it may be slow.
 */
public interface CheckpointStore {
  /**
   * Returns the checkpoint that was saved last.
   *
   * @param id whose; never empty
   * @return the checkpoint, or null if none was saved yet
   * @throws IOException if it cannot be read, or is damaged: this is never taken for none
   */
  @Nullable Checkpoint load(String id) throws IOException;

  /**
   * Saves a checkpoint in the place of the one before. If it fails, the one before stays.
   *
   * @param id whose; never empty
   * @param checkpoint how far the consumer got
   * @throws IOException if it cannot be saved
   */
  void save(String id, Checkpoint checkpoint) throws IOException;

  /**
   * Returns a store that forgets everything when the process ends.
   *
   * @return a new store, safe for all threads
   */
  static CheckpointStore inMemory() {
    return new MemoryCheckpointStore();
  }

  /**
   * Returns a store of one small text file for each id. A file is replaced atomically, and is on
   * disk when {@code save} returns: each save costs a few forced writes. A file that is damaged or
   * not a checkpoint of that id is refused, by {@code load} and by {@code save}, with an exception
   * that names it; it is left as it is.
   *
   * <p>Ids may hold any characters; one whose file name would be longer than 200 bytes is an
   * IllegalArgumentException. One process at a time may use the directory.
   *
   * @param directory where the files are; made with the first save if it does not exist
   * @return a new store, safe for all threads
   */
  static CheckpointStore inDirectory(Path directory) {
    return new FileCheckpointStore(directory);
  }
}
