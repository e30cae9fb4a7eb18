package dev.slipstream.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.internal.TempFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the path that is written to, and of its directory. */
class AtomicFileTest {
  private static final CacheView<String, String> OLD = Samples.view(1);
  private static final CacheView<String, String> NEW = Samples.view(2);

  private @TempDir Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("view");
  }

  @Test
  void aMissingDirectoryIsNamed() {
    Path missing = directory.resolve("missing");
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> write(missing.resolve("view")))
        .withMessageContainingAll(missing.toString(), "create it");
    assertThat(missing).doesNotExist();
  }

  @Test
  void aDirectoryThatIsAFileIsRefused() throws Exception {
    write(file);
    assertThatExceptionOfType(NotDirectoryException.class)
        .isThrownBy(() -> write(file.resolve("view")));
  }

  @Test
  void aTargetThatIsADirectoryIsRefusedAndStays() throws Exception {
    Files.createDirectory(file);
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> write(file))
        .withMessageContaining("regular file");
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> read(file))
        .withMessageContaining("regular file");
    Samples.assertAlone(file);
    assertThat(file).isDirectory();
  }

  @Test
  void aPipeIsRefusedRatherThanWaitedFor() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> read(file))
        .withMessageContaining("regular file");
    assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> write(file));
  }

  @Test
  void aFileThatIsNotThereIsNotRead() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> read(file))
        .withMessageContaining(file.toString());
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> ViewFile.restore(file, new MemoryViewable<>(), Samples.STRINGS));
  }

  @Test
  void aRelativePathIsWritten() throws Exception {
    Path relative = Path.of("").toAbsolutePath().relativize(file.toAbsolutePath());
    write(relative);
    assertThat(read(relative)).isEqualTo(NEW);
    Samples.assertAlone(file);
  }

  @Test
  void aSymbolicLinkStaysAndWhatItNamesIsReplaced() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere")).resolve("file");
    ViewFile.write(elsewhere, OLD, Samples.STRINGS);
    Files.createSymbolicLink(file, Path.of("elsewhere", "file"));

    write(file);

    assertThat(file).isSymbolicLink();
    assertThat(read(elsewhere)).isEqualTo(NEW);
    Samples.assertAlone(elsewhere);
  }

  @Test
  void aSymbolicLinkToNothingYetIsFollowed() throws Exception {
    Path elsewhere = directory.resolve("file");
    Path middle = Files.createSymbolicLink(directory.resolve("middle"), elsewhere);
    Files.createSymbolicLink(file, middle);

    write(file);

    assertThat(read(elsewhere)).isEqualTo(NEW);
    assertThat(elsewhere).isRegularFile();
    assertThat(file).isSymbolicLink();
  }

  @Test
  void symbolicLinksInACycleAreRefused() throws Exception {
    Path other = directory.resolve("other");
    Files.createSymbolicLink(file, other);
    Files.createSymbolicLink(other, file);
    assertThatExceptionOfType(FileSystemLoopException.class).isThrownBy(() -> write(file));
  }

  @Test
  void theNewFileHasThePermissionsOfTheOld() throws Exception {
    for (String permissions : List.of("rw-------", "rw-rw-rw-")) {
      write(file);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
      write(file);
      assertThat(Files.getPosixFilePermissions(file))
          .isEqualTo(PosixFilePermissions.fromString(permissions));
    }
  }

  @Test
  void onlyItsOwnerReadsANewFile() throws Exception {
    write(file);
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aPipeOrALinkAmongTheLeftoversIsNotOpened() throws Exception {
    Path pipe = directory.resolve(".view.0-1.slipstream-tmp");
    Path link = directory.resolve(".view.0-2.slipstream-tmp");
    Path victim = Files.createFile(directory.resolve("victim"));
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Files.createSymbolicLink(link, victim);

    write(file);

    assertThat(read(file)).isEqualTo(NEW);
    assertThat(Samples.filesIn(directory)).containsExactlyInAnyOrder(file, pipe, link, victim);
  }

  @Test
  void anInterruptEndsTheWritingAndTheOldFileIsWhole() throws Exception {
    ViewFile.write(file, OLD, Samples.STRINGS);
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> write(file)).isInstanceOf(ClosedByInterruptException.class);

    assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
    assertThat(read(file)).isEqualTo(OLD);
    Samples.assertAlone(file);
  }

  @Test
  void aSourceThatThrowsLeavesTheOldFileWhole() throws Exception {
    ViewFile.write(file, OLD, Samples.STRINGS);
    IllegalStateException thrown = new IllegalStateException("closed");
    MemoryViewable<String, String> closed =
        new MemoryViewable<>() {
          @Override
          public Iterator<EntryView<String, String>> entries() {
            throw thrown;
          }
        };

    assertThatThrownBy(() -> ViewFile.write(file, closed, Samples.STRINGS)).isSameAs(thrown);

    assertThat(read(file)).isEqualTo(OLD);
    Samples.assertAlone(file);
  }

  @Test
  void leftoversOfThisTargetOnlyAreRemoved() throws Exception {
    Path left = Files.createFile(directory.resolve(".view.0123456789ab-1.slipstream-tmp"));
    Path ofAnother = Files.createFile(directory.resolve(".views.0123456789ab-1.slipstream-tmp"));
    Path another = Files.createFile(directory.resolve(".view.swp"));

    write(file);

    assertThat(left).doesNotExist();
    assertThat(Samples.filesIn(directory)).containsExactlyInAnyOrder(file, ofAnother, another);
  }

  @Test
  void ownTemporaryFilesAreNoLeftovers() throws Exception {
    write(file);
    try (TempFile temp = TempFile.beside(file)) {
      TempFile.removeLeftovers(file);
      assertThat(Samples.filesIn(directory)).as("its own are left alone").hasSize(2);
      temp.channel().write(ByteBuffer.wrap(new byte[10]));
      temp.moveTo(file);
    }
    assertThat(Files.size(file)).isEqualTo(10);
    Samples.assertAlone(file);
  }

  @Test
  void ofManyWritersAtOnceEachWritesAWholeFileAndReadersNeverSeeAnother() throws Exception {
    int writers = 4;
    int writes = 10;
    ViewFile.write(file, OLD, Samples.STRINGS);
    CyclicBarrier start = new CyclicBarrier(writers);
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      List<CompletableFuture<Void>> done = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        CacheView<String, String> view = Samples.view(1000 * (i + 1));
        done.add(CompletableFuture.runAsync(() -> writeAndRead(start, view, writes), threads));
      }
      CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
    } finally {
      threads.shutdownNow();
    }
    Samples.assertAlone(file);
  }

  private void writeAndRead(CyclicBarrier start, CacheView<String, String> view, int writes) {
    try {
      start.await(30, TimeUnit.SECONDS);
      for (int i = 0; i < writes; i++) {
        ViewFile.write(file, view, Samples.STRINGS);
        MemoryViewable<String, String> target = new MemoryViewable<>();
        ViewFile.restore(file, target, Samples.STRINGS);
        assertThat(target.stored.size() % 1000).isZero();
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void write(Path path) throws IOException {
    ViewFile.write(path, NEW, Samples.STRINGS);
  }

  private static CacheView<String, String> read(Path path) throws IOException {
    return ViewFile.read(path, Samples.STRINGS);
  }
}
