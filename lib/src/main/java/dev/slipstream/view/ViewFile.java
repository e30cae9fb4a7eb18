package dev.slipstream.view;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Keeps a view in one file: to start warm from, to hand over to the next version of a service, to
 * look at elsewhere.
 *
 * <p><b>Memory.</b> Between a {@link Viewable} and a file entries stream: whatever their number,
 * one entry and one block of 64 KiB are in memory. With {@link EntryCodec#withBlobs} not even one
 * value is.
 *
 * <p><b>Writing</b> goes to a temporary file in the same directory, which is forced to the disk and
 * then renamed. A reader of the path gets the old file or the new one, each whole, also after a
 * crash. Of several writers at once the last to finish wins. What a killed writer left behind is
 * removed by the next one. A symbolic link stays, and the file that it names is replaced; the
 * permissions of a file that is replaced are kept. An interrupt ends the writing with a {@link
 * java.nio.channels.ClosedByInterruptException}.
 *
 * <p><b>Restoring</b> reads the file twice: the first pass checks all of it, the second one stores.
 * So nothing is stored unless each block, each entry and the end are as they should be. The file
 * may be replaced meanwhile. To overwrite it in place is an error, which the second pass sees: it
 * throws a {@link ViewFormatException}, and what it stored before then stays. Likewise if the codec
 * fails at bytes that it read before. Restoring does not heed interrupts.
 *
 * <p><b>Times to live</b> go on while nothing runs: an entry is restored with what remains of its
 * time by the wall clock, and is left out if nothing remains. A wall clock that was set back takes
 * no time off.
 *
 * <p><b>Errors.</b> A {@link ViewFormatException} if the file is not a whole view file, or the
 * codec fails; another IOException if the disk does. RuntimeExceptions of the {@link Viewable} are
 * passed on. Arguments must not be null.
 *
 * <p><b>A key that stands in the file twice</b> was removed and put again while a cache was being
 * written: the last entry counts.
 *
 * <pre>{@code
 * EntryCodec<String, Price> codec =
 *     EntryCodec.of(ValueCodec.string(), JacksonCodec.of(Price.class));
 *
 * try {
 *   ViewFile.restore(file, cache, codec); // at the start
 * } catch (NoSuchFileException | ViewFormatException e) {
 *   log.warn("starting cold: {}", e.getMessage()); // the cache is untouched
 * }
 *
 * ViewFile.write(file, cache, codec); // now and then, and at the end, before cache.close()
 * }</pre>
 */
public final class ViewFile {
  private ViewFile() {}

  /**
   * Writes what is stored and has not expired.
   *
   * @param file the file, which is replaced if it is there; its directory must be there
   * @param source what to write: a cache, whose users are not blocked
   * @param codec writes the entries
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return how many entries were written
   * @throws ViewFormatException if the codec fails; the previous file is intact
   * @throws IOException if the file cannot be written; the previous file is intact
   */
  public static <K, V> long write(Path file, Viewable<K, V> source, EntryCodec<K, V> codec)
      throws IOException {
    return write(file, source, codec, Progress.NONE);
  }

  /**
   * Writes what is stored and has not expired, and reports its progress.
   *
   * @param file the file, which is replaced if it is there; its directory must be there
   * @param source what to write: a cache, whose users are not blocked
   * @param codec writes the entries
   * @param progress is notified
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return how many entries were written
   * @throws ViewFormatException if the codec fails; the previous file is intact
   * @throws IOException if the file cannot be written; the previous file is intact
   */
  public static <K, V> long write(
      Path file, Viewable<K, V> source, EntryCodec<K, V> codec, ViewProgress progress)
      throws IOException {
    Objects.requireNonNull(source, "source");
    return writer(file, codec, progress).writeLive(source);
  }

  /**
   * Writes a view. Its times to live count from now on; entries that have expired are left out.
   *
   * @param file the file, which is replaced if it is there; its directory must be there
   * @param view what to write
   * @param codec writes the entries
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return how many entries were written
   * @throws ViewFormatException if the codec fails; the previous file is intact
   * @throws IOException if the file cannot be written; the previous file is intact
   */
  public static <K, V> long write(Path file, CacheView<K, V> view, EntryCodec<K, V> codec)
      throws IOException {
    return write(file, view, codec, Progress.NONE);
  }

  /**
   * Writes a view, and reports its progress. Its times to live count from now on; entries that have
   * expired are left out.
   *
   * @param file the file, which is replaced if it is there; its directory must be there
   * @param view what to write
   * @param codec writes the entries
   * @param progress is notified
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return how many entries were written
   * @throws ViewFormatException if the codec fails; the previous file is intact
   * @throws IOException if the file cannot be written; the previous file is intact
   */
  public static <K, V> long write(
      Path file, CacheView<K, V> view, EntryCodec<K, V> codec, ViewProgress progress)
      throws IOException {
    Objects.requireNonNull(view, "view");
    return writer(file, codec, progress).writeView(view);
  }

  /**
   * Reads a file into a view in memory.
   *
   * @param file the file
   * @param codec reads the entries
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return the entries, with what remains of their times to live
   * @throws ViewFormatException if the file is not a whole view file, or the codec fails
   * @throws IOException if the file cannot be read
   */
  public static <K, V> CacheView<K, V> read(Path file, EntryCodec<K, V> codec) throws IOException {
    return read(file, codec, Progress.NONE);
  }

  /**
   * Reads a file into a view in memory, and reports its progress.
   *
   * @param file the file
   * @param codec reads the entries
   * @param progress is notified
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return the entries, with what remains of their times to live
   * @throws ViewFormatException if the file is not a whole view file, or the codec fails
   * @throws IOException if the file cannot be read
   */
  public static <K, V> CacheView<K, V> read(
      Path file, EntryCodec<K, V> codec, ViewProgress progress) throws IOException {
    return reader(file, codec, progress).read();
  }

  /**
   * Replaces all that is stored by the entries of a file.
   *
   * @param file the file
   * @param target what to restore into: a cache
   * @param codec reads the entries
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return how many entries the target was given
   * @throws ViewFormatException if the file is not a whole view file, or the codec fails; the
   *     target is untouched
   * @throws IOException if the file cannot be read
   */
  public static <K, V> long restore(Path file, Viewable<K, V> target, EntryCodec<K, V> codec)
      throws IOException {
    return restore(file, target, codec, Progress.NONE);
  }

  /**
   * Replaces all that is stored by the entries of a file, and reports its progress.
   *
   * @param file the file
   * @param target what to restore into: a cache
   * @param codec reads the entries
   * @param progress is notified
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return how many entries the target was given
   * @throws ViewFormatException if the file is not a whole view file, or the codec fails; the
   *     target is untouched
   * @throws IOException if the file cannot be read
   */
  public static <K, V> long restore(
      Path file, Viewable<K, V> target, EntryCodec<K, V> codec, ViewProgress progress)
      throws IOException {
    return restore(file, target, key -> true, codec, progress);
  }

  /**
   * Replaces what is stored under the keys of a partition by the entries of a file.
   *
   * @param file the file
   * @param target what to restore into: a cache
   * @param partition which keys to replace; says the same of a key each time it is asked
   * @param codec reads the entries
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return how many entries the target was given
   * @throws IllegalArgumentException if a key of the file is not of the partition; names it. The
   *     target is untouched
   * @throws ViewFormatException if the file is not a whole view file, or the codec fails; the
   *     target is untouched
   * @throws IOException if the file cannot be read
   */
  public static <K, V> long restore(
      Path file, Viewable<K, V> target, Predicate<? super K> partition, EntryCodec<K, V> codec)
      throws IOException {
    return restore(file, target, partition, codec, Progress.NONE);
  }

  /**
   * Replaces what is stored under the keys of a partition by the entries of a file, and reports its
   * progress.
   *
   * @param file the file
   * @param target what to restore into: a cache
   * @param partition which keys to replace; says the same of a key each time it is asked
   * @param codec reads the entries
   * @param progress is notified
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return how many entries the target was given
   * @throws IllegalArgumentException if a key of the file is not of the partition; names it. The
   *     target is untouched
   * @throws ViewFormatException if the file is not a whole view file, or the codec fails; the
   *     target is untouched
   * @throws IOException if the file cannot be read
   */
  public static <K, V> long restore(
      Path file,
      Viewable<K, V> target,
      Predicate<? super K> partition,
      EntryCodec<K, V> codec,
      ViewProgress progress)
      throws IOException {
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(partition, "partition");
    return reader(file, codec, progress)
        .restore(partition, entries -> target.restore(partition, entries));
  }

  /**
   * Adds the entries of a file, and overwrites those that are there under the same key; removes
   * nothing.
   *
   * @param file the file
   * @param target what to merge into: a cache
   * @param codec reads the entries
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return how many entries the target was given
   * @throws ViewFormatException if the file is not a whole view file, or the codec fails; the
   *     target is untouched
   * @throws IOException if the file cannot be read
   */
  public static <K, V> long merge(Path file, Viewable<K, V> target, EntryCodec<K, V> codec)
      throws IOException {
    return merge(file, target, codec, Progress.NONE);
  }

  /**
   * Adds the entries of a file, overwrites those that are there under the same key, and reports its
   * progress; removes nothing.
   *
   * @param file the file
   * @param target what to merge into: a cache
   * @param codec reads the entries
   * @param progress is notified
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return how many entries the target was given
   * @throws ViewFormatException if the file is not a whole view file, or the codec fails; the
   *     target is untouched
   * @throws IOException if the file cannot be read
   */
  public static <K, V> long merge(
      Path file, Viewable<K, V> target, EntryCodec<K, V> codec, ViewProgress progress)
      throws IOException {
    Objects.requireNonNull(target, "target");
    return reader(file, codec, progress).restore(key -> true, target::merge);
  }

  private static <K, V> ViewWriter<K, V> writer(
      Path file, EntryCodec<K, V> codec, ViewProgress progress) {
    return new ViewWriter<>(
        Objects.requireNonNull(file, "file"),
        Objects.requireNonNull(codec, "codec"),
        Objects.requireNonNull(progress, "progress"),
        Clock.systemUTC());
  }

  private static <K, V> ViewReader<K, V> reader(
      Path file, EntryCodec<K, V> codec, ViewProgress progress) {
    return new ViewReader<>(
        Objects.requireNonNull(file, "file"),
        Objects.requireNonNull(codec, "codec"),
        Objects.requireNonNull(progress, "progress"),
        Clock.systemUTC());
  }
}
