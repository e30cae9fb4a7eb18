package dev.slipstream.view;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A file is not a whole view file that the codec can read, or an entry cannot be written by the
 * codec. The message says which file, where, what was found and what to do; the cause is what the
 * codec threw, if it did.
 */
public final class ViewFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The position of the fault, in bytes. */
  private final long offset;

  /** The number of the entry at fault. */
  private final long entry;

  ViewFormatException(String message, long offset, long entry, @Nullable Throwable cause) {
    super(message, cause);
    this.offset = offset;
    this.entry = entry;
  }

  /**
   * Returns where in the file the trouble is.
   *
   * @return the offset in bytes from the file's start
   */
  public long offset() {
    return offset;
  }

  /**
   * Returns how many whole entries stand before the trouble.
   *
   * @return the index of the entry that is broken or missing, from zero
   */
  public long entry() {
    return entry;
  }
}
