package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FaultLoader;
import dev.slipstream.testing.FaultScenario;
import dev.slipstream.testing.FaultScenario.Run;
import dev.slipstream.testing.Faults;
import dev.slipstream.testing.Faults.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.slf4j.LoggerFactory;

/**
 * Nobody is left waiting, wherever the library runs out of memory or of stack: each operation is
 * interrupted by one error at its first allocation, at its second, and so on, and then at each of
 * its calls. What the operation itself throws does not matter; but a fetch that has claimed its key
 * throws no OutOfMemoryError.
 */
class FaultAtEveryPointTest {
  private static final Logger LIBRARY = (Logger) LoggerFactory.getLogger("dev.slipstream");
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("faults");

  /** A correct library needs a second, the fetch timeout. */
  private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(Eventually.SECONDS);

  @BeforeAll
  static void silenceTheLog() {
    LIBRARY.setLevel(Level.OFF);
    LOG.setLevel(Level.INFO);
  }

  @AfterAll
  static void restoreTheLog() {
    LIBRARY.setLevel(null);
  }

  /** Interrupts all of them first: many wait for their fetch's timeout, and so do it together. */
  @TestFactory
  Stream<DynamicTest> nobodyIsLeftWaiting() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    for (FaultScenario scenario : load(FaultScenarios.class)) {
      for (Kind kind : Kind.values()) {
        List<Attempt> attempts = everyPoint(scenario, kind);
        LOG.info("{}: {} points of kind {}", scenario.name(), attempts.size(), kind);
        String name = scenario.name() + ", " + kind;
        tests.add(DynamicTest.dynamicTest(name, () -> check(kind, attempts)));
      }
    }
    return tests.stream();
  }

  @Test
  void aFanOutThatForgetsThoseItCouldNotCompleteIsCaught() throws Exception {
    FaultScenario scenario = load(FaultCanary.class).get(0);
    for (Kind kind : Kind.values()) {
      assertThat(stranded(everyPoint(scenario, kind))).isNotEmpty();
    }
  }

  private static void check(Kind kind, List<Attempt> attempts) {
    assertThat(attempts).as("points").hasSizeGreaterThan(kind == Kind.CALL ? 40 : 0);
    awaitAll(attempts);
    if (kind == Kind.ALLOCATION) {
      assertThat(stranded(attempts)).as("left waiting").isEmpty();
      assertThat(attempts)
          .as("thrown by a fetch that has claimed its key")
          .noneMatch(Attempt::late);
    }
    attempts.forEach(attempt -> attempt.run.close());
    awaitAll(attempts);
    assertThat(stranded(attempts)).as("left waiting after close").isEmpty();
  }

  @SuppressWarnings("unchecked") // both suppliers are of scenarios
  private static List<FaultScenario> load(Class<?> supplier) throws Exception {
    FaultLoader loader = new FaultLoader(name -> !name.startsWith("dev.slipstream.FaultScen"));
    return ((Supplier<List<FaultScenario>>)
            loader.loadClass(supplier.getName()).getConstructor().newInstance())
        .get();
  }

  /** Interrupts the operation at each of its points in turn, until there is none any more. */
  private static List<Attempt> everyPoint(FaultScenario scenario, Kind kind) {
    long expected = 0;
    for (int i = 0; i < 2; i++) { // the first loads classes
      Attempt whole = attempt(scenario, kind, 0);
      whole.run.close();
      expected = Math.max(expected, whole.points);
    }
    List<Attempt> attempts = new ArrayList<>();
    while (true) {
      Attempt attempt = attempt(scenario, kind, attempts.size() + 1);
      if (attempt.fault == null && attempts.size() >= expected) {
        attempt.run.close();
        return attempts;
      }
      attempts.add(attempt);
    }
  }

  private static Attempt attempt(FaultScenario scenario, Kind kind, long point) {
    Run run = scenario.prepare();
    Throwable thrown = null;
    long points;
    Faults.arm(kind, point);
    try {
      run.act();
    } catch (Throwable e) {
      thrown = e;
    } finally {
      points = Faults.disarm();
    }
    run.goOn();
    return new Attempt(run, points, Faults.thrown(), thrown);
  }

  /** Waits until nobody waits, but no longer than a correct library could need. */
  private static void awaitAll(List<Attempt> attempts) {
    long start = System.nanoTime();
    for (Attempt attempt : attempts) {
      while (!attempt.run.waiting().isEmpty() && System.nanoTime() - start < LONGEST_WAIT_NANOS) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
  }

  private static List<String> stranded(List<Attempt> attempts) {
    return attempts.stream()
        .filter(attempt -> !attempt.run.waiting().isEmpty())
        .map(attempt -> attempt.run.waiting() + " " + attempt.where())
        .toList();
  }

  /** One run, and what was thrown in it. */
  private record Attempt(Run run, long points, @Nullable Error fault, @Nullable Throwable thrown) {
    /** Returns whether a fetch threw that had claimed its key. */
    boolean late() {
      return thrown != null && frames().anyMatch(frame -> frame.contains("SingleFlight.start("));
    }

    private Stream<String> frames() {
      return fault == null
          ? Stream.empty()
          : Arrays.stream(fault.getStackTrace()).map(StackTraceElement::toString);
    }

    String where() {
      return frames()
          .filter(frame -> frame.contains("dev.slipstream.") && !frame.contains("Faults."))
          .limit(6)
          .toList()
          .toString();
    }
  }
}
