package dev.slipstream.ledger;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A ledger that answers on the calling thread, whose clock stands still, and its parties. */
final class Parties {
  static final String KEY = "key";
  static final FetchId<String> NEWEST = FetchId.newest(KEY);
  static final Duration KEEP = Duration.ofMinutes(1);
  static final FetchScope A = new FetchScope(new NodeIdentity("a", "1"), 1);
  static final FetchScope B = new FetchScope(new NodeIdentity("b", "1"), 1);
  static final FetchScope C = new FetchScope(new NodeIdentity("c", "1"), 1);
  private static final JoinOptions OPTIONS = JoinOptions.of(Duration.ofSeconds(3));

  private Parties() {}

  static FetchLedger<String, Integer> ledger() {
    return new InMemoryFetchLedger<>(() -> 0, Runnable::run);
  }

  static JoinResult<String, Integer> join(FetchLedger<String, Integer> ledger, FetchScope scope) {
    return value(ledger.join(scope, KEY, OPTIONS));
  }

  static Lease<String> acquire(FetchLedger<String, Integer> ledger, FetchScope scope) {
    return ((JoinResult.Acquired<String, Integer>) join(ledger, scope)).lease();
  }

  static <T> T value(CompletionStage<T> stage) {
    return stage.toCompletableFuture().getNow(null);
  }

  static String name(Object result) {
    return result.getClass().getSimpleName();
  }
}
