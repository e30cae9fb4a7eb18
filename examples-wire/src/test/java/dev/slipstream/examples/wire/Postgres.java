package dev.slipstream.examples.wire;

import dev.slipstream.processes.PostgresServer;
import java.nio.file.Path;

/** The server of the tests in the profile {@code postgres}, which fail if none is installed. */
final class Postgres {
  private Postgres() {}

  static PostgresServer start() {
    return PostgresServer.start(programs());
  }

  static Path programs() {
    return PostgresServer.installed()
        .orElseThrow(
            () ->
                new AssertionError(
                    "initdb and postgres are neither on the PATH nor in /usr/lib/postgresql/*/bin:"
                        + " install Debian's postgresql"));
  }
}
