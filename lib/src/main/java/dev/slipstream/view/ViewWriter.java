package dev.slipstream.view;

import dev.slipstream.internal.AtomicFile;
import dev.slipstream.internal.TempFile;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;

/** Writes view files. */
record ViewWriter<K, V>(Path file, EntryCodec<K, V> codec, ViewProgress progress, Clock clock) {
  /** Writes entries that are looked at one by one: each has its time to live as of its own time. */
  long writeLive(Viewable<K, V> source) throws IOException {
    return replace(out -> write(out, source.entries(), true));
  }

  /** Writes a view: all of its times to live count from now. */
  long writeView(CacheView<K, V> view) throws IOException {
    return replace(out -> write(out, view.entries().iterator(), false));
  }

  private long replace(AtomicFile.Content<Long> content) throws IOException {
    Path target = AtomicFile.followLinks(file);
    TempFile.removeLeftovers(target);
    return AtomicFile.replace(target, content);
  }

  private long write(WritableByteChannel out, Iterator<EntryView<K, V>> entries, boolean live)
      throws IOException {
    ViewHeader header = ViewHeader.at(clock.instant());
    long started = System.nanoTime();
    EntryWriter<K, V> writer =
        new EntryWriter<>(
            file, out, header, codec, new Progress(progress, ViewProgress.Step.WRITING));
    while (entries.hasNext()) {
      EntryView<K, V> entry = entries.next();
      if (entry.hasExpired()) {
        continue;
      }
      Duration expiresIn = entry.expiresIn();
      if (live && expiresIn != null) {
        expiresIn = TimesToLive.plus(expiresIn, TimesToLive.since(started));
      }
      writer.write(entry.key(), entry.value(), entry.writtenAt(), expiresIn);
    }
    return writer.end();
  }
}
