package dev.slipstream.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import redis.embedded.core.ExecutableProvider;

/** The server that comes with the tests: the artifact {@code embedded-redis} has to be there. */
public final class EmbeddedRedis {
  private static final Path BINARIES = Directories.temporary("redis-server");

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Directories.delete(BINARIES)));
  }

  private EmbeddedRedis() {}

  /**
   * Unpacks the server.
   *
   * @return its file, which is deleted when this JVM ends
   */
  public static Path binary() {
    try {
      return ExecutableProvider.newJarResourceProvider(BINARIES.toFile()).get().toPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
