package dev.slipstream.ledger;

import static dev.slipstream.ledger.contract.LedgerScene.KEEP;
import static dev.slipstream.ledger.contract.LedgerScene.KEY;
import static dev.slipstream.ledger.contract.LedgerScene.LEASE;
import static dev.slipstream.ledger.contract.LedgerScene.scope;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The in-memory ledger is linearizable: two parties join, look, leave and complete while the key is
 * invalidated. The canary gives a fetch up a step after it has counted the grants.
 */
@Tag("lincheck")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class InMemoryFetchLedgerLincheckTest {
  private static final int INVOCATIONS = Integer.getInteger("lincheck.invocations", 100);

  /** Initializes all classes. */
  @BeforeAll
  static void warmUp() {
    Parties parties = new RealLedger();
    for (int i = 0; i < 2; i++) {
      Object ignored = parties.joinA() + parties.joinB() + parties.lookB() + parties.renewA();
      Object ends = parties.completeA() + parties.completeB() + parties.leaveA() + parties.leaveB();
      parties.invalidate();
    }
  }

  @Test
  @DisplayName("Joins, leaves, completions and invalidations act as if one came after another")
  void ledger() {
    options().check(RealLedger.class);
  }

  @Test
  @DisplayName("Canary: a leave that counts first and gives up afterwards kills a newcomer's fetch")
  void ledgerCanary() {
    assertThatThrownBy(() -> options().check(BrokenLedger.class))
        .isInstanceOf(LincheckAssertionError.class);
  }

  private static ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .threads(2)
        .actorsBefore(1)
        .actorsPerThread(3)
        .actorsAfter(2)
        .iterations(10)
        .invocationsPerIteration(INVOCATIONS)
        .minimizeFailedScenario(false);
  }

  /** Two parties, each of which does one thing at a time; results are texts without numbers. */
  abstract static class Parties {
    private static final FetchScope A = scope("a", 1);
    private static final FetchScope B = scope("b", 1);
    final FetchLedger<String, String> ledger = new InMemoryFetchLedger<>(() -> 0, Runnable::run);
    private @Nullable Lease<String> leaseOfA;
    private @Nullable Lease<String> leaseOfB;

    abstract LeaveResult leave(FetchScope scope);

    private JoinResult<String, String> join(FetchScope scope) {
      return value(ledger.join(scope, KEY, JoinOptions.of(LEASE)));
    }

    static <T> T value(CompletionStage<T> stage) {
      return stage.toCompletableFuture().getNow(null);
    }

    private static String text(JoinResult<String, String> result) {
      return result instanceof JoinResult.Value<String, String> value
          ? "Value " + value.value()
          : result.getClass().getSimpleName();
    }

    private String complete(@Nullable Lease<String> lease, String value) {
      if (lease == null) {
        return "no lease";
      }
      Completion<String> completion =
          value(ledger.complete(lease, new FetchEnd.Success<>(value), KEEP));
      return completion instanceof Completion.Fenced<String> fenced
          ? "Fenced " + fenced.value()
          : completion.toString();
    }

    @Operation(nonParallelGroup = "a")
    public String joinA() {
      JoinResult<String, String> result = join(A);
      if (result instanceof JoinResult.Acquired<String, String> acquired) {
        leaseOfA = acquired.lease();
      }
      return text(result);
    }

    @Operation(nonParallelGroup = "a")
    public String leaveA() {
      return leave(A).toString();
    }

    @Operation(nonParallelGroup = "a")
    public String completeA() {
      return complete(leaseOfA, "a");
    }

    @Operation(nonParallelGroup = "a")
    public String renewA() {
      if (leaseOfA == null) {
        return "no lease";
      }
      Renewal<String> renewal = value(ledger.renew(leaseOfA, LEASE));
      return renewal instanceof Renewal.Renewed<String> renewed
          ? "Renewed " + renewed.wanting()
          : renewal.toString();
    }

    @Operation(nonParallelGroup = "b")
    public String joinB() {
      JoinResult<String, String> result = join(B);
      if (result instanceof JoinResult.Acquired<String, String> acquired) {
        leaseOfB = acquired.lease();
      }
      return text(result);
    }

    @Operation(nonParallelGroup = "b")
    public String leaveB() {
      return leave(B).toString();
    }

    @Operation(nonParallelGroup = "b")
    public String completeB() {
      return complete(leaseOfB, "b");
    }

    @Operation(nonParallelGroup = "b")
    public String lookB() {
      return text(value(ledger.look(B, FetchId.newest(KEY))));
    }

    @Operation
    public void invalidate() {
      var unused = ledger.invalidate(scope("c", 1), KEY);
    }
  }

  /** The ledger. */
  public static final class RealLedger extends Parties {
    @Override
    LeaveResult leave(FetchScope scope) {
      return value(ledger.leave(scope, FetchId.newest(KEY)));
    }
  }

  /** The obvious leave: a leaver that finds nobody else drops the fetch. */
  public static final class BrokenLedger extends Parties {
    @Override
    LeaveResult leave(FetchScope scope) {
      FetchId<String> id = FetchId.newest(KEY);
      if (!value(ledger.hasGrant(scope, id))) {
        return new LeaveResult.NothingThere();
      }
      int wanting = value(ledger.grantsOf(id)).size();
      if (wanting > 1) {
        return value(ledger.leave(scope, id));
      }
      var unused = ledger.invalidate(scope, KEY);
      return new LeaveResult.GivenUp();
    }
  }
}
