package dev.slipstream.latch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * To add, to remove, to complete, to read the outcome and to read the counts are each one atomic
 * step: every interleaving of three threads gives what some order of their calls gives. The canary,
 * which looks at the outcome and then adds, must be caught.
 */
@Tag("lincheck")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ContinuationsLincheckTest {
  private static final int INVOCATIONS = Integer.getInteger("lincheck.invocations", 100);

  /** Initializes all classes: under Lincheck that alone can take longer than it waits. */
  @BeforeAll
  static void warmUp() {
    for (Calls calls : new Calls[] {new Latch(), new CheckThenAct()}) {
      calls.add(1);
      calls.add(1);
      calls.remove(1);
      calls.refusingAdd(2);
      calls.complete(1);
      calls.add(2);
      calls.refusingAdd(1);
      calls.outcome();
      calls.counts();
    }
  }

  @Test
  @DisplayName("G7: each call is one atomic step")
  void eachCallIsOneStep() {
    options().check(Latch.class);
  }

  @Test
  @DisplayName("G7 canary: a state check followed by an insert is caught")
  void checkThenActCanary() {
    assertThatThrownBy(() -> options().check(CheckThenAct.class))
        .isInstanceOf(LincheckAssertionError.class);
  }

  private static ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .iterations(20)
        .invocationsPerIteration(INVOCATIONS)
        .threads(3)
        .actorsPerThread(2)
        .actorsBefore(1)
        .actorsAfter(2)
        .minimizeFailedScenario(false)
        .sequentialSpecification(Model.class);
  }

  /** What is checked; the results are texts, since those compare. */
  interface Calls {
    String add(int name);

    String refusingAdd(int name);

    boolean remove(int name);

    boolean complete(int value);

    String outcome();

    /** Registered, waiting, replaced, removed, fired. */
    String counts();
  }

  /** {@link Continuations}, whose continuations run where they are. */
  public static class Latch implements Calls {
    final Continuations<Integer> job = Continuations.create(Runnable::run);

    @Operation
    @Override
    public String add(int name) {
      return job.addOrRunNow("c" + name % 2, outcome -> {}).name();
    }

    @Operation
    @Override
    public String refusingAdd(int name) {
      try {
        return job.addOrThrowIfCompleted("c" + name % 2, outcome -> {}).name();
      } catch (AlreadyCompletedException e) {
        return "too late for " + e.outcome();
      }
    }

    @Operation
    @Override
    public boolean remove(int name) {
      return job.remove("c" + name % 2);
    }

    @Operation
    @Override
    public boolean complete(int value) {
      return job.complete(new Outcome.Success<>(value));
    }

    @Operation
    @Override
    public String outcome() {
      return String.valueOf(job.outcome().orElse(null));
    }

    @Operation
    @Override
    public String counts() {
      ContinuationStats stats = job.stats();
      return stats.registered()
          + " "
          + stats.waiting()
          + " "
          + stats.replaced()
          + " "
          + stats.removed()
          + " "
          + stats.fired();
    }
  }

  /** What one thread alone would see. */
  public static final class Model implements Calls {
    private final Set<Integer> waiting = new HashSet<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private Outcome<Integer> outcome;

    private int count(String what, int more) {
      return counts.merge(what, more, Integer::sum);
    }

    @Override
    public String add(int name) {
      count("registered", 1);
      if (outcome != null) {
        count("fired", 1);
        return "RAN_NOW";
      }
      if (waiting.add(name % 2)) {
        return "ADDED";
      }
      count("replaced", 1);
      return "REPLACED";
    }

    @Override
    public String refusingAdd(int name) {
      return outcome == null ? add(name) : "too late for " + outcome;
    }

    @Override
    public boolean remove(int name) {
      boolean removed = waiting.remove(name % 2);
      count("removed", removed ? 1 : 0);
      return removed;
    }

    @Override
    public boolean complete(int value) {
      if (outcome != null) {
        return false;
      }
      outcome = new Outcome.Success<>(value);
      count("fired", waiting.size());
      waiting.clear();
      return true;
    }

    @Override
    public String outcome() {
      return String.valueOf(outcome);
    }

    @Override
    public String counts() {
      return count("registered", 0)
          + " "
          + waiting.size()
          + " "
          + count("replaced", 0)
          + " "
          + count("removed", 0)
          + " "
          + count("fired", 0);
    }
  }

  /** The obvious code: it looks whether the outcome is known, and then inserts into the map. */
  public static final class CheckThenAct implements Calls {
    private final Map<Integer, Boolean> waiting = new ConcurrentHashMap<>();
    private volatile Outcome<Integer> outcome;

    @Operation
    @Override
    public String add(int name) {
      if (outcome != null) {
        return "RAN_NOW";
      }
      return waiting.put(name % 2, true) == null ? "ADDED" : "REPLACED";
    }

    @Operation
    @Override
    public String refusingAdd(int name) {
      return outcome == null ? add(name) : "too late for " + outcome;
    }

    @Operation
    @Override
    public boolean remove(int name) {
      return waiting.remove(name % 2) != null;
    }

    @Operation
    @Override
    public synchronized boolean complete(int value) {
      if (outcome != null) {
        return false;
      }
      outcome = new Outcome.Success<>(value);
      waiting.clear();
      return true;
    }

    @Operation
    @Override
    public String outcome() {
      return String.valueOf(outcome);
    }

    @Override
    public String counts() {
      return "not counted";
    }
  }
}
