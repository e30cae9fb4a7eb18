package dev.slipstream.view;

import dev.slipstream.internal.Texts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Reads view files. */
record ViewReader<K, V>(Path file, EntryCodec<K, V> codec, ViewProgress progress, Clock clock) {
  /** Reads once, and keeps all. */
  CacheView<K, V> read() throws IOException {
    try (OpenFile open = OpenFile.open(file)) {
      EntryReader<K, V> reader = reader(open, ViewProgress.Step.READING);
      RemainingTime remaining = new RemainingTime(open.header(), clock);
      Map<K, EntryView<K, V>> entries = new LinkedHashMap<>();
      for (EntryView<K, V> entry = reader.next(); entry != null; entry = reader.next()) {
        EntryView<K, V> now = remaining.of(entry);
        if (now.hasExpired()) {
          entries.remove(entry.key());
        } else {
          entries.put(
              entry.key(), now); // what was put again while the file was written comes twice
        }
      }
      return new CacheView<>(List.copyOf(entries.values()));
    }
  }

  /** Reads twice: to check all, and to hand it out. Returns how many entries were handed out. */
  long restore(Predicate<? super K> partition, Consumer<Iterator<? extends EntryView<K, V>>> target)
      throws IOException {
    try (TwoPasses passes = TwoPasses.open(file, OpenFile::open)) {
      verify(passes.first(), partition);
      OpenFile second = passes.second();
      LiveEntries<K, V> entries =
          new LiveEntries<>(
              reader(second, ViewProgress.Step.RESTORING),
              new RemainingTime(second.header(), clock));
      feed(entries, target);
      return entries.count();
    }
  }

  private EntryReader<K, V> reader(OpenFile open, ViewProgress.Step step) {
    Progress steps = new Progress(progress, step);
    return new EntryReader<>(file, open.in(), open.header(), codec, steps);
  }

  private void verify(OpenFile open, Predicate<? super K> partition) throws IOException {
    EntryReader<K, V> reader = reader(open, ViewProgress.Step.VERIFYING);
    for (EntryView<K, V> entry = reader.next(); entry != null; entry = reader.next()) {
      if (!partition.test(entry.key())) {
        throw new IllegalArgumentException(
            "view file %s has key %s, which is not of the partition that it was to replace; give the right partition, or merge"
                .formatted(file, Texts.of(entry.key())));
      }
    }
  }

  /** Whatever the target makes of a file that cannot be read on, that is what is thrown. */
  private static <K, V> void feed(
      LiveEntries<K, V> entries, Consumer<Iterator<? extends EntryView<K, V>>> target)
      throws IOException {
    try {
      target.accept(entries);
    } catch (RuntimeException e) {
      checkFile(entries);
      throw e;
    }
    checkFile(entries);
  }

  private static void checkFile(LiveEntries<?, ?> entries) throws IOException {
    IOException failure = entries.failure();
    if (failure != null) {
      throw failure;
    }
  }
}
