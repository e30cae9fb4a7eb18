package dev.slipstream.view;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The entries of a file that have time left to live, each with what it has left when asked for. */
final class LiveEntries<K, V> implements Iterator<EntryView<K, V>> {
  private final EntryReader<K, V> reader;
  private final RemainingTime remaining;

  private @Nullable EntryView<K, V> next;
  private boolean ended;
  private long count;
  private @Nullable IOException failure;

  LiveEntries(EntryReader<K, V> reader, RemainingTime remaining) {
    this.reader = reader;
    this.remaining = remaining;
  }

  @Override
  public boolean hasNext() {
    while (next == null && !ended) {
      next = read();
    }
    return next != null;
  }

  @Override
  public EntryView<K, V> next() {
    EntryView<K, V> current = hasNext() ? next : null;
    if (current == null) {
      throw new NoSuchElementException("the file has no more entries");
    }
    next = null;
    count++;
    return current;
  }

  /** How many entries were asked for. */
  long count() {
    return count;
  }

  /** Why the file could not be read on, if it could not. */
  @Nullable IOException failure() {
    return failure;
  }

  private @Nullable EntryView<K, V> read() {
    try {
      EntryView<K, V> entry = reader.next();
      if (entry == null) {
        ended = true;
        return null;
      }
      EntryView<K, V> now = remaining.of(entry);
      return now.hasExpired() ? null : now;
    } catch (IOException e) {
      ended = true;
      failure = e;
      throw new UncheckedIOException(e);
    }
  }
}
