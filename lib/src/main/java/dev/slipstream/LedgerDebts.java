package dev.slipstream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The invalidations of this node that the ledger has not acknowledged. Until then what the ledger
 * holds of the key may be out of date: a join of the key invalidates it first, in the same step.
 *
 * <p>A debt is there before the write that it belongs to changes L1. So a fetch that begins after
 * the write finds it, and one that began before is fenced by the write.
 *
 * <p>Methods of keys run under this object's monitor, as they would inside a map's.
 */
final class LedgerDebts<K> {
  /** With more keys than this, all keys count as invalidated. */
  private static final int MOST_KEYS = 10_000;

  /** No debt. */
  static final long NONE = 0;

  private final Map<K, Debt> keys = new HashMap<>();

  /** The debt of all keys, if there is one. */
  private @Nullable Debt all;

  private long last;

  /** Notes an invalidation that is about to be made; returns its number. */
  synchronized long owe(K key) {
    if (keys.size() >= MOST_KEYS && !keys.containsKey(key)) {
      return oweAll();
    }
    return keys.computeIfAbsent(key, any -> new Debt()).renew(++last);
  }

  /** Notes an invalidation of all keys. */
  synchronized long oweAll() {
    if (all == null) {
      all = new Debt();
    }
    return all.renew(++last);
  }

  /** Returns the number of the key's debt, or of that of all keys; {@link #NONE} for none. */
  synchronized long owed(K key) {
    Debt debt = keys.get(key);
    if (debt != null) {
      return debt.number;
    }
    return all == null ? NONE : all.number;
  }

  /** An invalidation of the key was acknowledged; what was owed later is still owed. */
  void paid(K key, long number) {
    Debt paid = null;
    synchronized (this) {
      Debt debt = keys.get(key);
      if (debt != null && debt.number == number) {
        keys.remove(key);
        paid = debt;
      }
    }
    if (paid != null) {
      paid.settled.complete(null);
    }
  }

  /** An invalidation of all keys was acknowledged: it covers what was owed before it. */
  void paidAll(long number) {
    List<Debt> paid = new ArrayList<>();
    synchronized (this) {
      keys.values()
          .removeIf(
              debt -> {
                boolean covered = debt.number <= number;
                return covered && paid.add(debt);
              });
      if (all != null && all.number == number) {
        paid.add(all);
        all = null;
      }
    }
    paid.forEach(debt -> debt.settled.complete(null));
  }

  /** Returns what is owed now: the number of each key's debt. */
  synchronized Map<K, Long> owedKeys() {
    Map<K, Long> owed = new HashMap<>();
    keys.forEach((key, debt) -> owed.put(key, debt.number));
    return owed;
  }

  synchronized long owedOfAll() {
    return all == null ? NONE : all.number;
  }

  synchronized boolean isEmpty() {
    return keys.isEmpty() && all == null;
  }

  /** Returns a future of the time when all that is owed now is paid. */
  synchronized CompletableFuture<Void> settled() {
    List<CompletableFuture<Void>> debts = new ArrayList<>();
    keys.values().forEach(debt -> debts.add(debt.settled));
    if (all != null) {
      debts.add(all.settled);
    }
    CompletableFuture<Void> settled = new CompletableFuture<>();
    var unused =
        CompletableFuture.allOf(debts.toArray(new CompletableFuture<?>[0]))
            .handle(
                (done, failure) ->
                    failure == null
                        ? settled.complete(null)
                        : settled.completeExceptionally(Failures.unwrap(failure)));
    return settled;
  }

  /** Fails the futures of what is owed. */
  void fail(Throwable failure) {
    List<Debt> open = new ArrayList<>();
    synchronized (this) {
      open.addAll(keys.values());
      if (all != null) {
        open.add(all);
      }
      keys.clear();
      all = null;
    }
    open.forEach(debt -> debt.settled.completeExceptionally(failure));
  }

  private static final class Debt {
    final CompletableFuture<Void> settled = new CompletableFuture<>();
    long number;

    long renew(long number) {
      this.number = number;
      return number;
    }
  }
}
