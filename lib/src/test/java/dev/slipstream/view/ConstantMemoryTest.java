package dev.slipstream.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ChildJvm;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes through a file need not fit into memory. */
class ConstantMemoryTest {
  @Test
  void neitherManyEntriesNorALargeBlobAreHeld(@TempDir Path directory) throws Exception {
    List<String> smallHeap = List.of("-Xmx12m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");
    try (ChildJvm child = ChildJvm.start(SmallHeap.class, smallHeap, directory.resolve("view"))) {
      assertThat(child.prints("done")).containsExactly("" + SmallHeap.ENTRIES, "" + SmallHeap.BLOB);
    }
  }
}
