package dev.slipstream.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Invalidations of a shard that were not acknowledged. They are sent again until they are, and ride
 * in the next join of their key; more than 10,000 become one of everything. A debt is paid by its
 * number: one that came up while an earlier one was paid stays.
 */
final class Debts {
  private static final int LENGTH = 10_000;

  private final ConcurrentHashMap<String, Debt> keys = new ConcurrentHashMap<>();
  private final AtomicInteger last = new AtomicInteger();

  /** The number of the debt of everything; 0 if there is none. */
  private final AtomicInteger everything = new AtomicInteger();

  record Debt(KeyRef key, int number) {}

  void add(KeyRef key) {
    if (keys.size() >= LENGTH) {
      addEverything();
    } else {
      keys.put(key.digest(), new Debt(key, last.incrementAndGet()));
    }
  }

  void addEverything() {
    everything.set(last.incrementAndGet());
    keys.clear();
  }

  /** Returns the number of the debt of a key, 0 if there is none. */
  int of(KeyRef key) {
    Debt debt = keys.isEmpty() ? null : keys.get(key.digest());
    return debt == null ? 0 : debt.number();
  }

  int ofEverything() {
    return everything.get();
  }

  List<Debt> all() {
    return new ArrayList<>(keys.values());
  }

  void paid(KeyRef key, int number) {
    keys.computeIfPresent(key.digest(), (digest, debt) -> debt.number() == number ? null : debt);
  }

  void paidEverything(int number) {
    boolean ignored = everything.compareAndSet(number, 0);
  }

  boolean isEmpty() {
    return keys.isEmpty() && everything.get() == 0;
  }
}
