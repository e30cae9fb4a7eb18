package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ChildJvm;
import dev.slipstream.view.ViewFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A service that was killed while it wrote its cache starts warm from the file before. */
class WarmStartTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private @TempDir Path directory;

  @Test
  void fromTheOldFileWhole() throws Exception {
    Path file = directory.resolve("cache.view");
    try (ChildJvm service = ChildJvm.start(KilledService.class, List.of(), file)) {
      service.prints("written");
      service.prints("stalled");
      service.kill();
    }
    Map<String, String> expected = new HashMap<>();
    for (int i = 0; i < KilledService.ENTRIES; i++) {
      expected.put("k" + i, KilledService.value(i));
    }
    CoalescingCache<String, String> cache = caches.track(KilledService.cache());

    assertThat(ViewFile.restore(file, cache, KilledService.CODEC)).isEqualTo(KilledService.ENTRIES);

    assertThat(cache.asMap()).isEqualTo(expected);
    assertThat(cache.get("k1", key -> "never")).isEqualTo(KilledService.value(1));
    assertThat(cache.snapshot().entries())
        .allSatisfy(
            entry ->
                assertThat(entry.expiresIn())
                    .isBetween(Duration.ofMinutes(50), Duration.ofHours(1)));
    cache.put("k1", "after the start");
    assertThat(ViewFile.write(file, cache, KilledService.CODEC)).isEqualTo(KilledService.ENTRIES);
    try (var files = Files.list(directory)) {
      assertThat(files).as("what the killed one left is gone").containsExactly(file);
    }
  }
}
