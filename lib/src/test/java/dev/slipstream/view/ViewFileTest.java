package dev.slipstream.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the target of a restore. */
class ViewFileTest {
  private static final int MANY = 5_000;

  private @TempDir Path directory;
  private Path file;
  private Path other;

  @BeforeEach
  void names() {
    file = directory.resolve("view");
    other = directory.resolve("other");
  }

  @Test
  void aPartitionIsReplacedAndTheRestStays() throws Exception {
    MemoryViewable<String, String> target =
        MemoryViewable.of(
            Samples.entry("b-1", "stays"),
            Samples.entry("a-1", "old"),
            Samples.entry("a-2", "goes"));
    ViewFile.write(file, MemoryViewable.of(Samples.entry("a-1", "new")), Samples.STRINGS);

    long restored = ViewFile.restore(file, target, key -> key.startsWith("a-"), Samples.STRINGS);

    assertThat(restored).isOne();
    assertThat(target.stored.values())
        .containsExactlyInAnyOrder(Samples.entry("b-1", "stays"), Samples.entry("a-1", "new"));
  }

  @Test
  void aKeyOutsideThePartitionIsNamedAndNothingIsTouched() throws Exception {
    MemoryViewable<String, String> target = MemoryViewable.of(Samples.entry("old", "stays"));
    ViewFile.write(file, Samples.view(MANY), Samples.STRINGS);

    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(
            () -> ViewFile.restore(file, target, key -> !key.equals("key-4321"), Samples.STRINGS))
        .withMessageContainingAll(file.toString(), "key-4321", "partition");
    assertThat(target.changes).isZero();
  }

  @Test
  void aPartitionThatThrowsIsPassedOnAndNothingIsTouched() throws Exception {
    MemoryViewable<String, String> target = new MemoryViewable<>();
    ViewFile.write(file, Samples.view(3), Samples.STRINGS);
    IllegalStateException thrown = new IllegalStateException("no idea");

    assertThatThrownBy(
            () ->
                ViewFile.restore(
                    file,
                    target,
                    key -> {
                      throw thrown;
                    },
                    Samples.STRINGS))
        .isSameAs(thrown);
    assertThat(target.changes).isZero();
  }

  @Test
  void anEmptyCacheIsWrittenAndRestored() throws Exception {
    MemoryViewable<String, String> target = MemoryViewable.of(Samples.entry("old", "goes"));

    assertThat(ViewFile.write(file, new MemoryViewable<>(), Samples.STRINGS)).isZero();
    assertThat(ViewFile.restore(file, target, Samples.STRINGS)).isZero();

    assertThat(target.stored).isEmpty();
  }

  @Test
  void aFileThatIsReplacedWhileItIsRestoredIsRestoredWhole() throws Exception {
    ViewFile.write(file, Samples.view(MANY), Samples.STRINGS);
    ViewFile.write(other, Samples.view(1), Samples.STRINGS);
    MemoryViewable<String, String> target =
        betweenThePasses(() -> Files.move(other, file, StandardCopyOption.ATOMIC_MOVE));

    assertThat(ViewFile.restore(file, target, Samples.STRINGS)).isEqualTo(MANY);

    assertThat(target.stored).hasSize(MANY);
  }

  @Test
  void aFileThatIsOverwrittenInPlaceWhileItIsRestoredIsRefused() throws Exception {
    ViewFile.write(file, Samples.view(MANY), Samples.STRINGS);
    ViewFile.write(other, Samples.view(MANY), Samples.STRINGS);
    MemoryViewable<String, String> target =
        betweenThePasses(() -> Files.write(file, Files.readAllBytes(other)));

    assertThatExceptionOfType(ViewFormatException.class)
        .isThrownBy(() -> ViewFile.restore(file, target, Samples.STRINGS))
        .withMessageContaining("checksum");
  }

  @Test
  void aFileThatIsCutOffWhileItIsMergedIsRefused() throws Exception {
    ViewFile.write(file, Samples.view(MANY), Samples.STRINGS);
    MemoryViewable<String, String> target = betweenThePasses(() -> Files.write(file, new byte[0]));

    assertThatExceptionOfType(ViewFormatException.class)
        .isThrownBy(() -> ViewFile.merge(file, target, Samples.STRINGS))
        .withMessageContaining("the file ends here");
  }

  @Test
  void whatTheTargetThrowsIsPassedOn() throws Exception {
    ViewFile.write(file, Samples.view(1), Samples.STRINGS);
    MemoryViewable<String, String> closed =
        betweenThePasses(
            () -> {
              throw new IllegalStateException("closed");
            });

    assertThatThrownBy(() -> ViewFile.restore(file, closed, Samples.STRINGS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("closed");
  }

  @Test
  void noFileStaysOpen() throws Exception {
    MemoryViewable<String, String> target = new MemoryViewable<>();
    ViewFile.write(file, Samples.view(MANY), Samples.STRINGS);
    ViewFile.restore(file, target, Samples.STRINGS);
    ViewFile.read(file, Samples.STRINGS);
    for (int length : new int[] {0, 10, 1000}) {
      Files.write(other, Arrays.copyOf(Files.readAllBytes(file), length));
      assertThatThrownBy(() -> ViewFile.restore(other, target, Samples.STRINGS))
          .isInstanceOf(ViewFormatException.class);
      assertThatThrownBy(() -> ViewFile.read(other, Samples.STRINGS))
          .isInstanceOf(ViewFormatException.class);
    }

    assertThat(openFiles()).noneMatch(open -> open.startsWith(directory));
  }

  /** As Linux reports them. */
  private static List<Path> openFiles() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path link : Samples.filesIn(Path.of("/proc/self/fd"))) {
      if (Files.isSymbolicLink(link)) {
        files.add(Files.readSymbolicLink(link));
      }
    }
    assertThat(files).isNotEmpty();
    return files;
  }

  @Test
  void anInterruptDoesNotBreakOffARestore() throws Exception {
    ViewFile.write(file, Samples.view(MANY), Samples.STRINGS);
    MemoryViewable<String, String> target = new MemoryViewable<>();

    Thread.currentThread().interrupt();
    ViewFile.restore(file, target, Samples.STRINGS);

    assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
    assertThat(target.stored).hasSize(MANY);
  }

  @Test
  @SuppressWarnings("NullAway")
  void noArgumentMayBeNull() {
    MemoryViewable<String, String> cache = new MemoryViewable<>();
    ViewProgress none = Progress.NONE;
    EntryCodec<String, String> codec = Samples.STRINGS;
    assertNull("file", () -> ViewFile.write(null, cache, codec));
    assertNull("source", () -> ViewFile.write(file, (MemoryViewable<String, String>) null, codec));
    assertNull("view", () -> ViewFile.write(file, (CacheView<String, String>) null, codec));
    assertNull("codec", () -> ViewFile.write(file, cache, null));
    assertNull("progress", () -> ViewFile.write(file, cache, codec, null));
    assertNull("file", () -> ViewFile.read(null, codec));
    assertNull("codec", () -> ViewFile.read(file, null));
    assertNull("progress", () -> ViewFile.read(file, codec, null));
    assertNull("file", () -> ViewFile.restore(null, cache, codec));
    assertNull("target", () -> ViewFile.restore(file, null, codec));
    assertNull("partition", () -> ViewFile.restore(file, cache, null, codec, none));
    assertNull("codec", () -> ViewFile.restore(file, cache, (EntryCodec<String, String>) null));
    assertNull("target", () -> ViewFile.merge(file, null, codec));
    assertNull("progress", () -> ViewFile.merge(file, cache, codec, null));
    assertThat(file).doesNotExist();
  }

  private static void assertNull(String name, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(name);
  }

  /** A target that does something first when it is given its entries. */
  private static MemoryViewable<String, String> betweenThePasses(Action action) {
    return new MemoryViewable<>() {
      @Override
      public void restore(
          Predicate<? super String> partition,
          Iterator<? extends EntryView<String, String>> entries) {
        act();
        super.restore(partition, entries);
      }

      @Override
      public void merge(Iterator<? extends EntryView<String, String>> entries) {
        act();
        super.merge(entries);
      }

      private void act() {
        try {
          action.run();
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
    };
  }

  /** What happens between the two passes over a file. */
  private interface Action {
    void run() throws IOException;
  }
}
