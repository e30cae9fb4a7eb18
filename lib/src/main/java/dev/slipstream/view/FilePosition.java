package dev.slipstream.view;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A place in a file, and what can be wrong there. */
record FilePosition(Path file, long offset, long entry) {
  ViewFormatException truncated() {
    return broken("the file ends here, and is incomplete");
  }

  ViewFormatException broken(String found) {
    return broken(found, null);
  }

  ViewFormatException broken(String found, @Nullable Throwable cause) {
    return new ViewFormatException(
        "view file %s cannot be read at byte %d, entry %d: %s; take another file, or start without one"
            .formatted(file, offset, entry, found),
        offset,
        entry,
        cause);
  }

  ViewFormatException unwritable(String found, Throwable cause) {
    return new ViewFormatException(
        "view file %s cannot be written at byte %d, entry %d: %s; fix the codec; the previous file is intact"
            .formatted(file, offset, entry, found),
        offset,
        entry,
        cause);
  }
}
