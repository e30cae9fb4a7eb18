package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * G14, no lock is held while user code runs but for those that the table of docs/synchronization.md
 * lists: for each of its rows, a thread is blocked in the code, and another one tries every
 * operation. An operation waits if it waits for a lock that the blocked thread holds; one that
 * neither waits so nor returns fails the test.
 */
class G14LockTableTest {
  private static final Path TABLE = Path.of("../docs/synchronization.md");

  /** Rows that this class does not test. */
  private static final Set<String> ELSEWHERE = Set.of("action given to `onAvailable`");

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  static Stream<UserCode> runOnce() {
    return Stream.of(
            FetchCode.all(), ObserverCode.all(), ViewCode.all(), LockedCode.all(), TextCode.all())
        .flatMap(List::stream);
  }

  static Stream<UserCode> runAtManySteps() {
    return Stream.of(KeyCode.hashes(), KeyCode.comparisons()).flatMap(List::stream);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runOnce")
  void onlyTheListedOperationsWait(UserCode code) throws Exception {
    Set<Operation> waiting = EnumSet.noneOf(Operation.class);
    for (Operation operation : Operation.values()) {
      try (Scene scene = Scene.blockedIn(code, caches)) {
        if (scene.waits(operation)) {
          waiting.add(operation);
        }
      }
    }
    assertThat(waiting).as("operations that wait during %s", code).isEqualTo(code.waiting());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runAtManySteps")
  void onlyTheListedOperationsWaitAtSomeStep(UserCode code) throws Exception {
    Set<Operation> waiting = EnumSet.noneOf(Operation.class);
    for (Operation operation : Operation.values()) {
      if (waitsAtSomeStep(operation, code)) {
        waiting.add(operation);
      }
    }
    assertThat(waiting).as("operations that wait during %s", code).isEqualTo(code.waiting());
  }

  private boolean waitsAtSomeStep(Operation operation, UserCode code) throws Exception {
    boolean waits = false;
    for (int n = 1; ; n++) {
      try (Scene scene = Scene.blockedIn(code, n, caches)) {
        if (!scene.isBlocked()) {
          assertThat(n).as("runs of the code").isGreaterThan(1);
          return waits;
        }
        waits |= scene.waits(operation);
      }
    }
  }

  @Test
  void everyRowOfTheTableHasItsTest() throws IOException {
    Set<String> tested = new TreeSet<>(ELSEWHERE);
    Stream.concat(runOnce(), runAtManySteps()).map(UserCode::row).forEach(tested::add);

    assertThat(tested).isEqualTo(rows());
  }

  /** Returns the first column of the table. */
  private static Set<String> rows() throws IOException {
    try (Stream<String> lines = Files.lines(TABLE)) {
      Set<String> rows = new TreeSet<>();
      lines
          .dropWhile(line -> !line.startsWith("| your code"))
          .skip(2)
          .takeWhile(line -> line.startsWith("| "))
          .map(line -> line.split(" \\| ")[0].substring(2))
          .forEach(rows::add);
      return rows;
    }
  }
}
