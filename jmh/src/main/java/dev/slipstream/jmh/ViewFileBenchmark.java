package dev.slipstream.jmh;

import dev.slipstream.CoalescingCache;
import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.ValueCodec;
import dev.slipstream.view.ViewFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** How many small entries a second go from a cache to a file, and back into one. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ViewFileBenchmark extends Measured {
  private static final int ENTRIES = 200_000;

  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public long write(Caching side) throws IOException {
    return ViewFile.write(side.file, side.cache, Caching.CODEC);
  }

  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public Object read(Caching side) throws IOException {
    return ViewFile.read(side.file, Caching.CODEC);
  }

  /** The file is read twice: verified, and then stored. */
  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public long restore(Caching side) throws IOException {
    return ViewFile.restore(side.file, side.cache, Caching.CODEC);
  }

  /** A full cache and its file. */
  @State(Scope.Thread)
  public static class Caching {
    private static final EntryCodec<String, String> CODEC =
        EntryCodec.of(ValueCodec.string(), ValueCodec.string());

    private final CoalescingCache<String, String> cache = Caches.slipstream(2 * ENTRIES);
    private Path file;

    @Setup
    public void fill() throws IOException {
      for (int i = 0; i < ENTRIES; i++) {
        cache.put("customer/%08d".formatted(i), "a small value of customer number " + i);
      }
      Checks.requireEqual(ENTRIES, cache.estimatedSize(), "cached values");
      file = Files.createTempDirectory("slipstream-view").resolve("cache.view");
      Checks.requireEqual(ENTRIES, ViewFile.write(file, cache, CODEC), "written entries");
    }

    @TearDown
    public void delete() throws IOException {
      Files.delete(file);
      Files.delete(file.getParent());
    }
  }
}
