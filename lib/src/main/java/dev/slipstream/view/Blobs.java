package dev.slipstream.view;

import com.google.common.collect.Lists;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Takes and restores views whose large values stay outside, as streams of bytes.
 *
 * <p>Blobs are handed out and asked for in minibatches of 64, on the calling thread, one batch
 * after another. No lock is held meanwhile, and at most one batch of values is held on to.
 */
public final class Blobs {
  private Blobs() {}

  /**
   * Takes a view with stubs for values, and hands out the blobs that belong to it.
   *
   * <p>Each blob is of the very value that its stub in the view was made of, whatever happens to
   * the cache meanwhile; a key that is removed and put again meanwhile may be visited twice, and
   * its later value counts. The remaining times to live are as of the return of this method.
   *
   * @param source what to take a view of: a cache; it is not changed
   * @param codec splits the values
   * @param visitor takes the blobs, up to 64 at a time
   * @param <K> the type of keys
   * @param <V> the type of whole values
   * @param <S> the type of stubs
   * @return the view of all entries whose blobs the visitor has taken, those that expired meanwhile
   *     among them
   * @throws BlobException if the codec or the visitor fails: with the key, and the cause. All
   *     streams have been closed
   */
  public static <K, V, S> CacheView<K, S> snapshot(
      Viewable<K, V> source, BlobCodec<K, V, S> codec, BlobVisitor<K> visitor)
      throws BlobException {
    Objects.requireNonNull(codec, "codec");
    Objects.requireNonNull(visitor, "visitor");
    long started = System.nanoTime();
    Map<K, EntryView<K, S>> stubs = new LinkedHashMap<>();
    Iterator<EntryView<K, V>> entries = source.entries();
    BlobBatch<K, V> batch = new BlobBatch<>();
    while (entries.hasNext()) {
      EntryView<K, V> entry = entries.next();
      if (batch.isFull() || batch.has(entry.key())) { // removed and put again meanwhile
        batch.visit(visitor);
        batch = new BlobBatch<>();
      }
      batch.add(codec, entry.key(), entry.value());
      Duration expiresIn = TimesToLive.plus(entry.expiresIn(), TimesToLive.since(started));
      S stub = stub(codec, entry);
      stubs.put(entry.key(), new EntryView<>(entry.key(), stub, entry.writtenAt(), expiresIn));
    }
    batch.visit(visitor);
    return asOfNow(new ArrayList<>(stubs.values()), started);
  }

  /**
   * Fetches the blobs of a view, and replaces all that is stored. All values are made before the
   * first is stored, so they are in memory together.
   *
   * @param target what to restore into: a cache
   * @param view the view, with stubs for values; entries that have expired are left out, and their
   *     blobs are not asked for
   * @param codec joins stubs and blobs
   * @param source gives the blobs
   * @param <K> the type of keys
   * @param <V> the type of whole values
   * @param <S> the type of stubs
   * @throws BlobException if the source or the codec fails: with the key, and the cause. The target
   *     is untouched, and all streams have been closed
   */
  public static <K, V, S> void restore(
      Viewable<K, V> target, CacheView<K, S> view, BlobCodec<K, V, S> codec, BlobSource<K> source)
      throws BlobException {
    CacheView<K, V> joined = join(view, codec, source);
    target.restore(key -> true, joined.entries().iterator());
  }

  /**
   * Fetches the blobs of a view and makes the whole values: for a restore of one partition, or a
   * merge.
   *
   * @param view the view, with stubs for values; entries that have expired are left out, and their
   *     blobs are not asked for
   * @param codec joins stubs and blobs
   * @param source gives the blobs
   * @param <K> the type of keys
   * @param <V> the type of whole values
   * @param <S> the type of stubs
   * @return a view with whole values; its remaining times to live are as of the return of this
   *     method
   * @throws BlobException if the source or the codec fails: with the key, and the cause. All
   *     streams have been closed
   */
  public static <K, V, S> CacheView<K, V> join(
      CacheView<K, S> view, BlobCodec<K, V, S> codec, BlobSource<K> source) throws BlobException {
    Objects.requireNonNull(codec, "codec");
    Objects.requireNonNull(source, "source");
    long started = System.nanoTime();
    List<EntryView<K, S>> stubs =
        view.entries().stream().filter(entry -> !entry.hasExpired()).toList();
    List<EntryView<K, V>> joined = new ArrayList<>(stubs.size());
    for (List<EntryView<K, S>> batch : Lists.partition(stubs, BlobBatch.SIZE)) {
      prepare(source, batch);
      for (EntryView<K, S> entry : batch) {
        V value = join(entry.key(), entry.value(), codec, source);
        joined.add(new EntryView<>(entry.key(), value, entry.writtenAt(), entry.expiresIn()));
      }
    }
    return asOfNow(joined, started);
  }

  private static <K, S> void prepare(BlobSource<K> source, List<EntryView<K, S>> batch)
      throws BlobException {
    try {
      source.prepare(batch.stream().map(EntryView::key).toList());
    } catch (IOException | RuntimeException e) {
      K first = batch.get(0).key();
      throw BlobException.by(
          "BlobSource.prepare, given %d keys of which this is the first,".formatted(batch.size()),
          first,
          e);
    }
  }

  private static <K, V, S> V join(K key, S stub, BlobCodec<K, V, S> codec, BlobSource<K> source)
      throws BlobException {
    String asked = "BlobSource.open";
    try (InputStream blob = StreamException.requireGiven(source.open(key))) {
      asked = "BlobCodec.join";
      return StreamException.requireGiven(codec.join(key, stub, blob));
    } catch (IOException | RuntimeException e) {
      throw BlobException.by(asked, key, e);
    }
  }

  private static <K, V, S> S stub(BlobCodec<K, V, S> codec, EntryView<K, V> entry)
      throws BlobException {
    try {
      return StreamException.requireGiven(codec.stub(entry.key(), entry.value()));
    } catch (IOException | RuntimeException e) {
      throw BlobException.by("BlobCodec.stub", entry.key(), e);
    }
  }

  /** The times to live count from the start: what expired meanwhile stays, and says so. */
  private static <K, V> CacheView<K, V> asOfNow(List<EntryView<K, V>> entries, long started) {
    Duration elapsed = TimesToLive.since(started);
    entries.replaceAll(entry -> TimesToLive.later(entry, elapsed));
    return new CacheView<>(entries);
  }
}
