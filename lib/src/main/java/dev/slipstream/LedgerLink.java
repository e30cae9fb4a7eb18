package dev.slipstream;

import dev.slipstream.internal.Arguments;
import dev.slipstream.internal.Texts;
import dev.slipstream.internal.Timer;
import dev.slipstream.ledger.AwayPolicy;
import dev.slipstream.ledger.FetchLedger;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.LedgerFormatException;
import dev.slipstream.ledger.LedgerOptions;
import dev.slipstream.ledger.LedgerUnavailableException;
import dev.slipstream.ledger.NodeIdentity;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one cache, as a node, reaches its ledger: it bounds the wait for each answer, knows whether
 * the ledger is away, publishes the node's writes, and has its loads notified of changes.
 *
 * <p>After a call without an answer the ledger counts as away for a second; then the next call is
 * tried. Writes are tried again each second until they are acknowledged.
 */
final class LedgerLink<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.LOGGER);
  private static final Duration DEFAULT_SHARE = Duration.ofMinutes(1);

  /** How long the ledger counts as away, and how long until a write is tried again. */
  private static final long RETRY_MILLIS = 1_000;

  final FetchLedger<K, V> ledger;
  final LedgerOptions options;
  final NodeIdentity node;
  final StatsRecorder stats;
  final LedgerDebts<K> debts = new LedgerDebts<>();
  final SharedLoads<K> loads = new SharedLoads<>();

  private final CacheConfig<K, V> config;
  private final FetchScope writer;
  private final AtomicLong flights = new AtomicLong();

  /** Whether no call is to be made but those that must. Written by ends of calls and the timer. */
  private volatile boolean away;

  /** Whether a fetch of this cache has begun, or a write. */
  private volatile boolean used;

  /** Whether the outage is logged. */
  private final AtomicBoolean logged = new AtomicBoolean();

  private final AtomicBoolean unsharedLogged = new AtomicBoolean();

  /** Whether a task that repeats writes is on its way. */
  private final AtomicBoolean repeating = new AtomicBoolean();

  /** Whether the cache is closed. */
  private final BooleanSupplier closed;

  LedgerLink(
      CacheConfig<K, V> config,
      FetchLedger<K, V> ledger,
      StatsRecorder stats,
      BooleanSupplier closed) {
    this.config = config;
    this.ledger = ledger;
    this.stats = stats;
    this.closed = closed;
    options = config.ledgerOptions();
    node = NodeIdentity.of(options.node());
    writer = new FetchScope(node, 0);
  }

  /** Returns the scope of a new flight. */
  FetchScope newScope() {
    use();
    return new FetchScope(node, flights.incrementAndGet());
  }

  boolean isUsed() {
    return used;
  }

  private void use() {
    if (!used) {
      used = true;
    }
  }

  boolean isAway() {
    return away;
  }

  boolean failsWhenAway() {
    return options.whenAway() == AwayPolicy.FAIL;
  }

  JoinOptions joinOptions(boolean refresh, boolean invalidateFirst) {
    Duration lease = options.leaseTime();
    Duration grant = JoinOptions.grantFor(lease);
    return new JoinOptions(lease, grant, refresh, invalidateFirst, options.recorded());
  }

  /** Returns how long a value is shared. */
  Duration keep() {
    if (options.shareFor() != null) {
      return options.shareFor();
    }
    return config.expireAfterWrite() == null ? DEFAULT_SHARE : config.expireAfterWrite();
  }

  /** Returns how long it is shared that there is no value; zero hands it over only. */
  Duration keepAbsence() {
    Duration ttl = config.absentTtl();
    return ttl == null || keep().isZero() ? Duration.ZERO : ttl;
  }

  /**
   * Returns whether other nodes may store what a loader brought: not if it is not to be stored, or
   * for a shorter time than they would store it for.
   */
  boolean shares(StoreOptions stored) {
    Duration time = config.expireAfterWrite();
    long ttl = stored.ttlNanos();
    return stored.stores() && (ttl == 0 || (time != null && ttl >= Arguments.saturatedNanos(time)));
  }

  /** Runs a task later, where users' code may run. */
  Timer.Handle later(Runnable task, long nanos) {
    return config.timer().scheduleCallback(task, nanos, TimeUnit.NANOSECONDS);
  }

  // --- calls

  /** Asks the ledger; one of the call's methods gets the end. */
  <R extends @Nullable Object> void ask(
      Function<FetchLedger<K, V>, CompletionStage<R>> question, LedgerCall<R> call) {
    call.setTimeout(
        later(() -> call.fail(noAnswer()), Arguments.saturatedNanos(options.patience())));
    call.ask(() -> question.apply(ledger));
  }

  /** Returns why a call is not made. */
  LedgerUnavailableException unavailable() {
    return new LedgerUnavailableException(
        "the ledger did not answer a moment ago and is tried again within a second", null);
  }

  private LedgerUnavailableException noAnswer() {
    return new LedgerUnavailableException(
        "the ledger did not answer within %s, which LedgerOptions.patience() sets"
            .formatted(options.patience()),
        null);
  }

  /** The ledger has answered. */
  void reached() {
    away = false;
    logged.set(false);
  }

  /** A call has failed. Returns whether that means that the ledger is away. */
  boolean missed(Throwable failure) {
    if (failure instanceof LedgerFormatException) {
      return false;
    }
    boolean fresh = !away;
    away = true;
    if (fresh) {
      var unused = later(() -> away = false, TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS));
    }
    if (!closed.getAsBoolean() && logged.compareAndSet(false, true)) {
      Texts.warn(
          LOG,
          "cache {}: the ledger is away; fetches {} until it is back",
          failure,
          config.name(),
          failsWhenAway() ? "fail" : "are loaded by each node for itself");
    }
    return true;
  }

  /** A value could not be shared, by its form or its length. */
  void unshared(K key, Throwable failure) {
    stats.unshared();
    if (unsharedLogged.compareAndSet(false, true)) {
      Failures.log(
          "cache {}: the value of key {} cannot be shared and is loaded by each node; further ones are"
              + " counted only",
          config.name(),
          key,
          failure);
    }
  }

  // --- writes

  /** The key was invalidated here. */
  void invalidated(K key, long debt) {
    write(ledger -> ledger.invalidate(writer, key), failure -> {}, () -> paid(key, debt));
  }

  /** A value was put here. */
  void put(K key, V value, long debt) {
    if (!options.shareWrites() || keep().isZero()) {
      invalidated(key, debt);
      return;
    }
    write(
        ledger -> ledger.put(writer, key, value, keep()),
        failure -> {
          if (failure instanceof LedgerFormatException) {
            unshared(key, failure);
            invalidated(key, debt);
          }
        },
        () -> paid(key, debt));
  }

  /** Every key was invalidated here. */
  void invalidatedAll(long debt) {
    write(
        ledger -> ledger.invalidateAll(writer),
        failure -> {},
        () -> {
          debts.paidAll(debt);
          loads.changedAll();
        });
  }

  private void paid(K key, long debt) {
    debts.paid(key, debt);
    loads.changed(key); // the ledger notifies the others only
    if (debts.owedOfAll() == debt) { // there were too many keys to note each
      invalidatedAll(debt);
    }
  }

  private void write(
      Function<FetchLedger<K, V>, CompletionStage<Void>> write,
      Consumer<Throwable> onFailure,
      Runnable onSuccess) {
    use();
    ask(
        write,
        new LedgerCall<Void>() {
          @Override
          void answered(Void answer) {
            reached();
            onSuccess.run();
          }

          @Override
          void failed(Throwable failure) {
            if (missed(failure)) {
              repeatLater();
            } else {
              onFailure.accept(failure);
            }
          }
        });
  }

  private void repeatLater() {
    if (!closed.getAsBoolean() && repeating.compareAndSet(false, true)) {
      var unused = later(this::repeat, TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS));
    }
  }

  /** Sends again what is owed. */
  private void repeat() {
    repeating.set(false);
    if (closed.getAsBoolean()) {
      return;
    }
    long all = debts.owedOfAll();
    if (all != LedgerDebts.NONE) {
      invalidatedAll(all);
    }
    debts.owedKeys().forEach(this::invalidated);
  }

  CompletableFuture<Void> settled() {
    return debts.settled();
  }

  /** Ends what still runs here for others; what is owed stays unpaid. */
  void close() {
    loads.close();
    debts.fail(Failures.closed(null, config));
  }
}
