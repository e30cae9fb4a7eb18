package dev.slipstream.view;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Writes and restores more than its heap holds, and prints what came through. */
final class SmallHeap {
  static final int ENTRIES = 500_000;
  static final long BLOB = 100L << 20;

  private SmallHeap() {}

  /** Neither keeps what it gives nor what it is given. */
  private static final class Stream<V> implements Viewable<String, V> {
    private final int entries;
    private final V value;
    private long count;

    Stream(int entries, V value) {
      this.entries = entries;
      this.value = value;
    }

    @Override
    public Iterator<EntryView<String, V>> entries() {
      return IntStream.range(0, entries)
          .mapToObj(i -> new EntryView<>("key-" + i, value, Samples.WRITTEN, null))
          .iterator();
    }

    @Override
    public void restore(
        Predicate<? super String> partition, Iterator<? extends EntryView<String, V>> given) {
      given.forEachRemaining(entry -> count++);
    }

    @Override
    public void merge(Iterator<? extends EntryView<String, V>> given) {
      throw new UnsupportedOperationException();
    }
  }

  /** A blob of zeros; the value is its length. */
  private static final class Zeros implements BlobCodec<String, Long, String> {
    @Override
    public String stub(String key, Long value) {
      return "zeros";
    }

    @Override
    public InputStream open(String key, Long value) {
      return new InputStream() {
        private long left = value;

        @Override
        public int read() {
          return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
          int some = (int) Math.min(left, length);
          left -= some;
          return some == 0 ? -1 : some;
        }
      };
    }

    @Override
    public Long join(String key, String stub, InputStream blob) throws IOException {
      return blob.transferTo(OutputStream.nullOutputStream());
    }
  }

  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[0]);
    Stream<String> small = new Stream<>(ENTRIES, "a value of some size, to fill the heap");
    ViewFile.write(file, small, Samples.STRINGS);
    ViewFile.restore(file, small, Samples.STRINGS);
    System.out.println(small.count);

    Stream<Long> large = new Stream<>(1, BLOB);
    EntryCodec<String, Long> codec = EntryCodec.withBlobs(Samples.STRINGS, new Zeros());
    ViewFile.write(file, large, codec);
    System.out.println(ViewFile.read(file, codec).entries().get(0).value());
    System.out.println("done");
  }
}
