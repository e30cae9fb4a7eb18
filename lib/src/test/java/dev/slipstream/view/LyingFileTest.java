package dev.slipstream.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose checksums are right, and which lie all the same. */
class LyingFileTest {
  private static final ViewHeader HEADER = new ViewHeader(42, Samples.WRITTEN);
  private static final int LONGEST = Integer.MAX_VALUE;

  private @TempDir Path directory;
  private Path file;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @BeforeEach
  void header() throws Exception {
    file = directory.resolve("view");
    bytes.write(HEADER.encoded().array());
  }

  @Test
  void aFileThatIsBuiltByHandAndDoesNotLieIsRead() throws Exception {
    block(Layout.ENTRIES, entry("key", "value"));
    end(1);
    Files.write(file, bytes.toByteArray());

    assertThat(ViewFile.read(file, Samples.STRINGS).entries())
        .containsExactly(Samples.entry("key", "value"));
  }

  @Test
  void aBlockThatClaimsMoreThanABlockCanHoldIsRefused() throws Exception {
    for (int length : new int[] {0, -1, Layout.MAX_PAYLOAD + 1, LONGEST, Integer.MIN_VALUE}) {
      bytes.reset();
      header();
      block(Layout.ENTRIES, entry("key", "value"), length);
      end(1);
      assertRefused("length " + length, Layout.HEADER, 0);
    }
  }

  @Test
  void aBlockThatClaimsMoreThanTheFileHoldsIsRefused() throws Exception {
    block(Layout.ENTRIES, entry("key", "value"), Layout.MAX_PAYLOAD);
    assertRefused("the file ends here", bytes.size(), 0);
  }

  @Test
  void aBlockOfUnknownKindIsRefused() throws Exception {
    block((byte) 3, entry("key", "value"));
    end(1);
    assertRefused("kind 3", Layout.HEADER, 0);
  }

  @Test
  void aChunkThatClaimsMoreThanItsBlockIsRefused() throws Exception {
    ByteBuffer entry = entry("key", "value");
    entry.putInt(1 + Layout.TIME, LONGEST);
    block(Layout.ENTRIES, entry);
    end(1);
    assertRefused("a chunk claims 2147483647 bytes, the block has 12", 62, 0);
  }

  @Test
  void anEmptyChunkThatPromisesMoreIsRefused() throws Exception {
    ByteBuffer entry = entry("key", "value");
    entry.putInt(1 + Layout.TIME, Layout.MORE);
    block(Layout.ENTRIES, entry);
    end(1);
    assertRefused("a chunk claims 0 bytes", 62, 0);
  }

  @Test
  void anEntryThatBreaksOffIsRefused() throws Exception {
    ByteBuffer entry = entry("key", "value");
    block(Layout.ENTRIES, entry.slice(0, 10));
    end(1);
    assertRefused("an entry breaks off, there are 9 bytes of 12", 46, 0);
  }

  @Test
  void anEntryWithoutItsValueIsRefused() throws Exception {
    ByteBuffer entry = entry("key", "value");
    block(Layout.ENTRIES, entry.slice(0, 1 + Layout.TIME + Layout.CHUNK_HEAD + 3));
    end(0);
    assertRefused("an entry breaks off", 90, 0);
  }

  @Test
  void anEntryWithAnUnknownTagIsRefused() throws Exception {
    block(Layout.ENTRIES, entry("key", "value").put(0, (byte) 9));
    end(1);
    assertRefused("tag 9", 45, 0);
  }

  @Test
  void aTimeThatIsNoneIsRefused() throws Exception {
    block(Layout.ENTRIES, entry("key", "value").putLong(1, Long.MAX_VALUE));
    end(1);
    assertRefused("out of range", 45, 0);
  }

  @Test
  void nanosecondsThatMakeMoreThanASecondAreRefused() throws Exception {
    block(Layout.ENTRIES, entry("key", "value").putInt(1 + Long.BYTES, 1_000_000_000));
    end(1);
    assertRefused("1000000000 ns", 45, 0);
  }

  @Test
  void anEndThatCountsOtherEntriesIsRefused() throws Exception {
    block(Layout.ENTRIES, entry("key", "value"));
    end(2);
    assertRefused("should be 2 in 74", 74, 1);
  }

  @Test
  void anEndThatCountsOtherBytesIsRefused() throws Exception {
    block(Layout.ENTRIES, entry("key", "value"));
    block(Layout.END, ByteBuffer.allocate(Layout.END_PAYLOAD).putLong(1).putLong(73).flip());
    assertRefused("1 entries in 74 bytes were read, but there should be 1 in 73", 74, 1);
  }

  @Test
  void blocksThatChangedPlacesAreRefused() throws Exception {
    block(Layout.ENTRIES, entry("key1", "value"));
    int second = bytes.size();
    block(Layout.ENTRIES, entry("key2", "value"));
    int end = bytes.size();
    end(2);
    byte[] good = bytes.toByteArray();
    bytes.reset();
    bytes.write(good, 0, Layout.HEADER);
    bytes.write(good, second, end - second);
    bytes.write(good, Layout.HEADER, second - Layout.HEADER);
    bytes.write(good, end, good.length - end);
    assertRefused("checksum", Layout.HEADER, 0);
  }

  @Test
  void aBlockOfAnotherFileIsRefused() throws Exception {
    bytes.reset();
    bytes.write(new ViewHeader(43, Samples.WRITTEN).encoded().array());
    block(Layout.ENTRIES, entry("key", "value"));
    end(1);
    assertRefused("checksum", Layout.HEADER, 0);
  }

  @Test
  void aNewerVersionIsRefusedByItsNumber() throws Exception {
    byte[] header = HEADER.encoded().putInt(Long.BYTES, 2).array();
    bytes.reset();
    bytes.write(header);
    end(0);
    assertRefused("it has version 2, and this library reads version 1", 0, 0);
  }

  @Test
  void aStubThatClaimsMoreThanItsValueIsRefusedAndNothingIsAllocatedForIt() throws Exception {
    for (int length : new int[] {LONGEST, -1, 6}) {
      bytes.reset();
      header();
      ByteBuffer value = ByteBuffer.allocate(9).putInt(length).put("stub\n".getBytes(UTF_8));
      block(Layout.ENTRIES, entry("key".getBytes(UTF_8), value.array()));
      end(1);
      Files.write(file, bytes.toByteArray());
      assertThatExceptionOfType(ViewFormatException.class)
          .isThrownBy(() -> ViewFile.read(file, Samples.WITH_BLOBS))
          .withMessageContaining("stub");
    }
  }

  @Test
  void ofAKeyThatIsThereTwiceTheLastEntryCounts() throws Exception {
    block(Layout.ENTRIES, entry("key", "value"));
    block(Layout.ENTRIES, entry("key", "other"));
    end(2);
    Files.write(file, bytes.toByteArray());

    assertThat(ViewFile.read(file, Samples.STRINGS).entries())
        .extracting(EntryView::key, EntryView::value)
        .containsExactly(tuple("key", "other"));
    MemoryViewable<String, String> target = new MemoryViewable<>();
    ViewFile.restore(file, target, Samples.STRINGS);
    assertThat(target.snapshot().entries()).extracting(EntryView::value).containsExactly("other");
  }

  private void assertRefused(String why, long offset, long entry) throws IOException {
    Files.write(file, bytes.toByteArray());
    MemoryViewable<String, String> target = new MemoryViewable<>();
    assertThatExceptionOfType(ViewFormatException.class)
        .isThrownBy(() -> ViewFile.restore(file, target, Samples.STRINGS))
        .withMessageContainingAll(file.toString(), why, "byte " + offset + ", entry " + entry)
        .satisfies(
            e -> {
              assertThat(e.offset()).isEqualTo(offset);
              assertThat(e.entry()).isEqualTo(entry);
            });
    assertThat(target.changes).isZero();
  }

  private static ByteBuffer entry(String key, String value) throws IOException {
    return entry(key.getBytes(UTF_8), value.getBytes(UTF_8));
  }

  private static ByteBuffer entry(byte[] key, byte[] value) {
    return ByteBuffer.allocate(1 + Layout.TIME + 8 + key.length + value.length)
        .put(Layout.STAYS)
        .putLong(Samples.WRITTEN.getEpochSecond())
        .putInt(Samples.WRITTEN.getNano())
        .putInt(key.length)
        .put(key)
        .putInt(value.length)
        .put(value)
        .flip();
  }

  private void end(long entries) throws IOException {
    long before = bytes.size();
    block(
        Layout.END,
        ByteBuffer.allocate(Layout.END_PAYLOAD).putLong(entries).putLong(before).flip());
  }

  private void block(byte kind, ByteBuffer payload) throws IOException {
    block(kind, payload, payload.remaining());
  }

  /** Appends a block whose checksum is right for whatever length it claims. */
  private void block(byte kind, ByteBuffer payload, int claimed) throws IOException {
    int length = payload.remaining();
    ByteBuffer block = ByteBuffer.allocate(Layout.BLOCK_HEAD + length);
    block.put(kind).putInt(claimed).putInt(0).put(payload);
    int checksum = new BlockChecksum(HEADER.id()).of(bytes.size(), block.array(), length);
    bytes.write(block.putInt(Layout.BLOCK_HEAD - Integer.BYTES, checksum).array());
  }
}
