package dev.slipstream.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A wall clock that is wrong, or is stepped, for programs that are started with it: the library
 * libfaketime, preloaded. What measures times that pass, such as {@code System.nanoTime}, is left
 * as it is.
 */
public final class FakeTime implements AutoCloseable {
  private static final String LIBRARY = "faketime/libfaketimeMT.so.1";

  private final Path library;
  private final Path dir = Directories.temporary("fake-time");
  private final Path clock = dir.resolve("clock");

  private FakeTime(Path library) {
    this.library = library;
    step(Duration.ZERO);
  }

  /**
   * Returns a clock that can be stepped.
   *
   * @return the clock; empty if the library is not installed (Debian: the package faketime)
   */
  public static Optional<FakeTime> installed() {
    Path libraries = Path.of("/usr/lib");
    if (!Files.isDirectory(libraries)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> dirs = Files.newDirectoryStream(libraries, "*-linux-*")) {
      for (Path dir : dirs) {
        if (Files.exists(dir.resolve(LIBRARY))) {
          return Optional.of(new FakeTime(dir.resolve(LIBRARY)));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the environment of a program whose clock is wrong by a time.
   *
   * @param offset what is added to the time of day
   * @return variables
   */
  public Map<String, String> wrongBy(Duration offset) {
    return environment("FAKETIME", offset(offset));
  }

  /**
   * Returns the environment of a program whose clock this one is.
   *
   * @return variables
   */
  public Map<String, String> stepped() {
    return environment("FAKETIME_TIMESTAMP_FILE", clock.toString());
  }

  /**
   * Returns what it takes. Without FORCE_MONOTONIC_FIX=0 waits of a JVM, which are by the monotonic
   * clock, end at once; without the C library behind it a server whose allocator is jemalloc, which
   * asks for the time when it is first used, hangs when it starts.
   */
  private Map<String, String> environment(String name, String value) {
    return Map.of(
        "LD_PRELOAD",
        library + " libc.so.6",
        "DONT_FAKE_MONOTONIC",
        "1",
        "FAKETIME_FORCE_MONOTONIC_FIX",
        "0",
        "FAKETIME_NO_CACHE",
        "1",
        name,
        value);
  }

  /**
   * Steps the clock, at once.
   *
   * @param offset what is added to the time of day from now on
   */
  public void step(Duration offset) {
    try {
      Path next = Files.writeString(dir.resolve("next"), offset(offset) + "\n");
      Path unused = Files.move(next, clock, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String offset(Duration offset) {
    return (offset.isNegative() ? "" : "+") + offset.toSeconds() + "s";
  }

  @Override
  public void close() {
    Directories.delete(dir);
  }
}
