package dev.slipstream.ledger.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.Claim;
import dev.slipstream.ledger.Completion;
import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchLedger;
import dev.slipstream.ledger.FetchRecord;
import dev.slipstream.ledger.FetchRegistration;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.NodeIdentity;
import dev.slipstream.ledger.RemoteFailure;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An empty ledger, its clock, and three parties of three nodes. */
public interface LedgerScene {
  String KEY = "key";
  Duration LEASE = Duration.ofSeconds(3);
  Duration KEEP = Duration.ofMinutes(1);
  FetchScope A = scope("a", 1);
  FetchScope B = scope("b", 1);
  FetchScope C = scope("c", 1);

  /** Returns the test's ledger. */
  FetchLedger<String, String> ledger();

  /** Has time pass, for the ledger's clock. */
  void elapse(Duration time);

  static FetchScope scope(String node, long flight) {
    return new FetchScope(new NodeIdentity(node, "1"), flight);
  }

  static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("the stage failed", e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("the stage does not complete", e);
    }
  }

  static Throwable failureOf(CompletionStage<?> stage) {
    try {
      Object value = stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
      throw new AssertionError("the stage did not fail, but completed with " + value);
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("the stage does not complete", e);
    }
  }

  default FetchRecord<String, String> register(String key) {
    return await(ledger().register(FetchRegistration.of(key)));
  }

  default FetchRecord<String, String> find(String key) {
    return await(ledger().find(key));
  }

  default JoinResult<String, String> join(FetchScope scope) {
    return join(scope, KEY);
  }

  default JoinResult<String, String> join(FetchScope scope, String key) {
    return await(ledger().join(scope, key, JoinOptions.of(LEASE)));
  }

  /** Joins a fetch that is listed. */
  default Lease<String> record(FetchScope scope, String key) {
    return leaseOf(await(ledger().join(scope, key, JoinOptions.of(LEASE).recording())));
  }

  default Lease<String> acquire(FetchScope scope) {
    return leaseOf(join(scope));
  }

  default Lease<String> hold(FetchScope scope) {
    JoinResult<String, String> joined = join(scope);
    assertThat(joined).isInstanceOf(JoinResult.Held.class);
    return ((JoinResult.Held<String, String>) joined).by();
  }

  static Lease<String> leaseOf(JoinResult<String, String> joined) {
    assertThat(joined).isInstanceOf(JoinResult.Acquired.class);
    return ((JoinResult.Acquired<String, String>) joined).lease();
  }

  static Lease<String> leaseOf(Claim<String> claim) {
    assertThat(claim).isInstanceOf(Claim.Acquired.class);
    return ((Claim.Acquired<String>) claim).lease();
  }

  default Claim<String> claim(FetchId<String> id, FetchScope holder) {
    return await(ledger().claim(id, holder, LEASE));
  }

  default JoinResult<String, String> look(FetchScope scope, FetchId<String> id) {
    return await(ledger().look(scope, id));
  }

  default Completion<String> succeed(Lease<String> lease, String value) {
    return complete(lease, new FetchEnd.Success<>(value));
  }

  default Completion<String> complete(Lease<String> lease, FetchEnd<String> end) {
    return await(ledger().complete(lease, end, KEEP));
  }

  default void invalidate(FetchScope by) {
    Void ignored = await(ledger().invalidate(by, KEY));
  }

  default void put(FetchScope by, String value) {
    Void ignored = await(ledger().put(by, KEY, value, KEEP));
  }

  static FetchEnd<String> failure(String message) {
    return new FetchEnd.Failure<>(new RemoteFailure("java.io.IOException", message, "a"));
  }

  static FetchId<String> newest(String key) {
    return FetchId.newest(key);
  }
}
