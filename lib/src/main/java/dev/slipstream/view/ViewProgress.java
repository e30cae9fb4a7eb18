package dev.slipstream.view;

/**
 * Is notified of how far the writing or reading of a view file has come.
 *
 * <p>It is called by the thread that writes or reads, with no lock held: after each block of up to
 * 64 KiB, and once at the end of each step. If it throws, that is logged, it is not called again,
 * and the work goes on. To end a writing, interrupt its thread.
 */
@FunctionalInterface
public interface ViewProgress {
  /** What is being done. */
  enum Step {
    /** A file is being written. */
    WRITING,
    /** The first pass over a file that is to be restored: nothing has been changed. */
    VERIFYING,
    /** The second pass: entries go into the cache. */
    RESTORING,
    /** A file is being read into a view in memory. */
    READING
  }

  /**
   * Takes note.
   *
   * @param step what is being done
   * @param entries how many entries this step has behind it
   * @param bytes how many bytes of the file this step has behind it
   */
  void progressed(Step step, long entries, long bytes);
}
