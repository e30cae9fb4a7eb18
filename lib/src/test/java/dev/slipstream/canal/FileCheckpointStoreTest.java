package dev.slipstream.canal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checkpoints in files: one an id, replaced as a whole, and refused if it is not what was saved.
 */
class FileCheckpointStoreTest {
  private static final UUID JOURNAL = UUID.fromString("7d444840-9dc0-11d1-b245-5ffdce74fad2");
  private static final Checkpoint FIRST = new Checkpoint(JOURNAL, 41);
  private static final Checkpoint SECOND = new Checkpoint(JOURNAL, 42);

  @TempDir private Path directory;

  private CheckpointStore store() {
    return CheckpointStore.inDirectory(directory.resolve("checkpoints"));
  }

  private Path file(String name) {
    return directory.resolve("checkpoints").resolve(name);
  }

  @Test
  void whatWasSavedLastIsLoadedByALaterStore() throws IOException {
    assertThat(store().load("id")).isNull();
    store().save("id", FIRST);
    store().save("other", new Checkpoint(UUID.randomUUID(), Long.MAX_VALUE));

    store().save("id", SECOND);

    assertThat(store().load("id")).isEqualTo(SECOND);
    assertThat(store().load("other").sequence()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aFileIsSmallAndCanBeRead() throws IOException {
    store().save("billing/eu", SECOND);

    assertThat(Files.readAllLines(file("checkpoint-billing%2Feu.txt")))
        .containsExactly(
            "slipstream checkpoint 1",
            "id billing%2Feu",
            "journal 7d444840-9dc0-11d1-b245-5ffdce74fad2",
            "sequence 42",
            "crc32 aa612ce5");
    try (Stream<Path> files = Files.list(file("."))) {
      assertThat(files).as("nothing temporary is left").hasSize(1);
    }
  }

  @Test
  void anyIdHasAFileOfItsOwn() throws IOException {
    List<String> ids =
        List.of(
            "a", "A", "..", "../x", "..x", "a b\n", "ü", "%", "%41", "%2541", "con", "😀", "a.txt",
            "/", "_");
    for (int i = 0; i < ids.size(); i++) {
      store().save(ids.get(i), new Checkpoint(JOURNAL, i));
    }

    for (int i = 0; i < ids.size(); i++) {
      assertThat(store().load(ids.get(i))).isEqualTo(new Checkpoint(JOURNAL, i));
    }
    try (Stream<Path> files = Files.list(file("."))) {
      assertThat(files.map(path -> path.getFileName().toString().toLowerCase(Locale.ROOT)))
          .as("also where capitals make no difference")
          .doesNotHaveDuplicates()
          .hasSize(ids.size());
    }
  }

  @Test
  void anIdThatMakesNoFileNameIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> store().load(""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store().save("\ud800", FIRST))
        .withMessageContaining("an unpaired surrogate");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store().load("x".repeat(190)))
        .withMessageContaining("200 bytes or less");
    assertThatNullPointerException().isThrownBy(() -> store().load(null));
    assertThatNullPointerException().isThrownBy(() -> store().save("id", null));
    assertThatNullPointerException().isThrownBy(() -> CheckpointStore.inDirectory(null));
  }

  @Test
  void damageAtAnyByteIsRefusedAndLeftAsItIs() throws IOException {
    store().save("id", SECOND);
    byte[] sound = Files.readAllBytes(file("checkpoint-id.txt"));
    for (int at = 0; at < sound.length; at++) {
      for (int change : new int[] {1, 0x20, 0x80}) {
        byte[] damaged = sound.clone();
        damaged[at] ^= (byte) change;
        refused(damaged);
      }
    }
  }

  @Test
  void aFileCutOffOrExtendedAnywhereIsRefused() throws IOException {
    store().save("id", SECOND);
    byte[] sound = Files.readAllBytes(file("checkpoint-id.txt"));
    for (int length = 0; length < sound.length; length++) {
      refused(Arrays.copyOf(sound, length));
    }
    refused(Arrays.copyOf(sound, sound.length + 1));
    refused(Arrays.copyOf(sound, 100_000));
  }

  private void refused(byte[] bytes) throws IOException {
    Path file = file("checkpoint-id.txt");
    Files.write(file, bytes);
    assertThatIOException()
        .isThrownBy(() -> store().load("id"))
        .withMessageContaining(file.toString())
        .withMessageContaining("move it away");
    assertThatIOException().isThrownBy(() -> store().save("id", FIRST));
    assertThat(Files.readAllBytes(file)).as("left as it is").isEqualTo(bytes);
  }

  @Test
  void aRefusalSaysWhatWasFound() throws IOException {
    store().save("id", SECOND);
    Path file = file("checkpoint-id.txt");
    String sound = Files.readString(file);

    Files.writeString(file, sound.replace("42", "43"));
    assertThatIOException()
        .isThrownBy(() -> store().load("id"))
        .withMessageContaining("its checksum is");
    Files.writeString(file, "hello");
    assertThatIOException()
        .isThrownBy(() -> store().load("id"))
        .withMessageContaining("its 5 bytes are not");
    Files.write(file, new byte[2000]);
    assertThatIOException()
        .isThrownBy(() -> store().load("id"))
        .withMessageContaining("more than 1024 bytes");
  }

  @Test
  void aSoundFileOfAnotherIdIsRefused() throws IOException {
    store().save("id", SECOND);
    Files.move(file("checkpoint-id.txt"), file("checkpoint-other.txt"));

    assertThatIOException()
        .isThrownBy(() -> store().load("other"))
        .withMessageContaining("of the id id, not other");
  }

  @Test
  void whatCannotBeReadIsNotTakenForNone() throws IOException {
    Files.createDirectories(file("checkpoint-id.txt"));

    assertThatIOException()
        .isThrownBy(() -> store().load("id"))
        .withMessageContaining("checkpoint-id.txt cannot be read");
    assertThatIOException().isThrownBy(() -> store().save("id", FIRST));
  }

  @Test
  void aDirectoryThatIsNoneIsReported() throws IOException {
    Path plain = Files.writeString(directory.resolve("plain"), "x", UTF_8);

    assertThatIOException()
        .isThrownBy(() -> CheckpointStore.inDirectory(plain).save("id", FIRST))
        .withMessageContaining("plain");
    assertThat(plain).hasContent("x");
  }

  @Test
  void whatASaveThatWasCutOffLeftBehindIsRemoved() throws IOException {
    store().save("id", FIRST);
    Path left = file(".checkpoint-id.txt.0123456789ab-1.slipstream-tmp");
    Files.writeString(left, "slipstream check");

    assertThat(store().load("id")).isEqualTo(FIRST);
    store().save("id", SECOND);

    assertThat(store().load("id")).isEqualTo(SECOND);
    assertThat(left).doesNotExist();
  }

  @Test
  void aLinkInTheDirectoryHasNobodysFileOverwritten() throws IOException {
    Path victim = Files.writeString(directory.resolve("victim"), "precious", UTF_8);
    Files.createDirectories(file("."));
    Files.createSymbolicLink(file("checkpoint-id.txt.tmp"), victim);
    store().save("id", FIRST);
    assertThat(victim).hasContent("precious");
    assertThat(store().load("id")).isEqualTo(FIRST);

    Files.delete(file("checkpoint-id.txt"));
    Path nothingYet = directory.resolve("nothing yet");
    Files.createSymbolicLink(file("checkpoint-id.txt"), nothingYet);
    assertThatIOException()
        .isThrownBy(() -> store().save("id", SECOND))
        .withMessageContaining("regular file");
    assertThat(nothingYet).doesNotExist();
  }

  @Test
  void aPipeIsRefusedRatherThanWaitedFor() throws Exception {
    Files.createDirectories(file("."));
    for (String name : List.of("checkpoint-id.txt", ".checkpoint-other.txt.0-1.slipstream-tmp")) {
      assertThat(new ProcessBuilder("mkfifo", file(name).toString()).start().waitFor()).isZero();
    }

    assertThatIOException()
        .isThrownBy(() -> store().load("id"))
        .withMessageContaining("regular file");
    assertThatIOException()
        .isThrownBy(() -> store().save("id", FIRST))
        .withMessageContaining("regular file");
    store().save("other", SECOND);
    assertThat(store().load("other")).isEqualTo(SECOND);
  }

  @Test
  void onlyItsOwnerReadsAFileUnlessItsPermissionsSayMore() throws IOException {
    store().save("id", FIRST);
    Path file = file("checkpoint-id.txt");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    store().save("id", SECOND);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r--r--");
  }

  @Test
  void twoStoresOfOneDirectoryDoNotDisturbEachOther() throws Exception {
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(this::saveOften, task -> new Thread(task).start());
    saveOften();
    Eventually.value(other);
    assertThat(store().load("id")).isEqualTo(FIRST);
  }

  private void saveOften() {
    try {
      for (int i = 0; i < 100; i++) {
        store().save("id", FIRST);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anInterruptHarmsNoFileAndIsKept() throws IOException {
    CheckpointStore store = store();
    Thread.currentThread().interrupt();
    store.save("id", SECOND);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    Checkpoint loaded = store.load("id");

    assertThat(Thread.interrupted()).isTrue();
    assertThat(loaded).isEqualTo(SECOND);
  }

  @Test
  void aCursorRefusesADamagedCheckpointByName() throws IOException {
    store().save("id", SECOND);
    Files.writeString(file("checkpoint-id.txt"), "hello");
    EventJournal<String, String> journal = new EventJournal<>(4, store());

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> journal.cursor("id"))
        .withMessageContaining("checkpoint-id.txt");
  }

  @Test
  void anEarlierRunOfTheProcessIsNoticed() {
    Feed earlier = new Feed(new EventJournal<>(4, store()));
    earlier.emit(3);
    EventCursor<String, String> cursor = earlier.journal.cursor("id");
    Feed.pull(cursor, 2);
    cursor.commit();

    Feed later = new Feed(new EventJournal<>(4, store()));
    later.emit(1);
    EventCursor<String, String> next = later.journal.cursor("id");

    assertThat(Feed.look(next)).isEqualTo(new CanalBatch.Gap<>(3, 0));
    assertThat(Feed.numbers(Feed.look(next))).containsExactly(1L);
  }
}
