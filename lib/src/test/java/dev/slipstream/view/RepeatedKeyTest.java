package dev.slipstream.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.slipstream.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache gives a key twice if it is removed and put again while its entries are gone through. */
class RepeatedKeyTest {
  private final Viewable<String, String> source =
      new MemoryViewable<>() {
        @Override
        public Iterator<EntryView<String, String>> entries() {
          return Stream.of(
                  Samples.entry("key", "first\n1"),
                  Samples.entry("other", "other\n2"),
                  Samples.entry("key", "second\n3"))
              .iterator();
        }
      };

  @Test
  void itsLaterBlobIsVisitedLastAndTheStubOfThatCounts() throws Exception {
    List<String> visited = new ArrayList<>();

    CacheView<String, String> view =
        Blobs.snapshot(
            source,
            Samples.LINES,
            batch -> {
              assertThat(batch).extracting(Blob::key).doesNotHaveDuplicates();
              for (Blob<String> blob : batch) {
                visited.add(blob.key() + new String(blob.stream().readAllBytes(), UTF_8));
              }
            });

    assertThat(visited).containsExactly("key1", "other2", "key3");
    assertThat(view.entries())
        .extracting(EntryView::key, EntryView::value)
        .containsExactlyInAnyOrder(tuple("key", "second"), tuple("other", "other"));
  }

  @Test
  void itsEarlierEntryDoesNotComeBackWhenTheLaterOneHasExpired(@TempDir Path directory)
      throws Exception {
    Path file = directory.resolve("view");
    long unused =
        ViewFile.write(
            file,
            new CacheView<>(
                List.of(
                    Samples.entry("key", "first"),
                    new EntryView<>("key", "second", Samples.WRITTEN, Duration.ofMillis(1)))),
            Samples.STRINGS);

    Eventually.until(
        "the later one has expired",
        () -> {
          List<EntryView<String, String>> read = read(file);
          assertThat(read).extracting(EntryView::value).doesNotContain("first");
          return read.isEmpty();
        });
  }

  private static List<EntryView<String, String>> read(Path file) {
    try {
      return ViewFile.read(file, Samples.STRINGS).entries();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aSnapshotHasItOnce() {
    assertThat(source.snapshot().entries())
        .extracting(EntryView::value)
        .containsExactlyInAnyOrder("second\n3", "other\n2");
  }
}
