package dev.slipstream;

import dev.slipstream.internal.Arguments;
import dev.slipstream.ledger.AbandonRequest;
import dev.slipstream.ledger.Completion;
import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.LeaveResult;
import dev.slipstream.ledger.LedgerFormatException;
import dev.slipstream.ledger.RemoteFailure;
import dev.slipstream.ledger.Renewal;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * How a party that has the lease, or goes without one, runs its loader: it renews the lease,
 * completes the fetch in the ledger, and only then here. {@link SharedLoad} has the argument.
 */
abstract class LeasedLoad<K, V> extends LedgerParty<K, V>
    implements BiFunction<@Nullable V, @Nullable Throwable, @Nullable Void>, SharedLoads.Load {
  /** Once this node has had the lease. Guarded by lock, as the next. */
  private @Nullable Lease<K> lease;

  /** Whether the flight has ended, and the loader runs for others. */
  private boolean kept;

  LeasedLoad(CacheCore<K, V> core, LedgerLink<K, V> link, K key) {
    super(core, link, key);
  }

  @Override
  public final OptionalLong fencingToken() {
    synchronized (lock) {
      return lease == null ? OptionalLong.empty() : OptionalLong.of(lease.token());
    }
  }

  private Lease<K> lease() {
    synchronized (lock) {
      return Objects.requireNonNull(lease);
    }
  }

  private boolean isKept() {
    synchronized (lock) {
      return kept;
    }
  }

  /** Takes the lease, unless the flight has ended meanwhile. */
  final boolean take(Lease<K> acquired) {
    synchronized (lock) {
      if (state != State.ENTERING) {
        return false;
      }
      state = State.LOADING;
      lease = acquired;
      renewLater();
      return true;
    }
  }

  /** Keeps the loader for others; false if it is kept already. Called under the lock. */
  final boolean keep() {
    boolean first = !kept;
    kept = true;
    return first;
  }

  // --- loading

  /** Calls the loader, on the executor: this thread is the ledger's, or the caller's. */
  final void load() {
    try {
      core.config.executor().execute(this::callLoader);
    } catch (RuntimeException | Error rejection) {
      apply(null, new Failures.Rejection(rejection));
    }
  }

  private void callLoader() {
    guarded(
        () -> {
          if (is(State.LOADING) || is(State.ALONE)) {
            LoaderStart.call(this, key, Objects.requireNonNull(loader), this, this);
            if (core.config.loaderInterceptors() != null) { // which may not have asked for it
              bulkGoesOn();
            }
          } else {
            bulkGoesOn();
          }
        });
  }

  /** The loader has ended. */
  @Override
  public final @Nullable Void apply(@Nullable V value, @Nullable Throwable failure) {
    guarded(
        () -> {
          if (moves(State.ALONE, State.ENDED)) {
            forget();
            flight().settleAndPublish(value, failure);
          } else if (moves(State.LOADING, State.COMMITTING)) {
            finish();
            commit(settled(value, failure), failure instanceof Failures.Rejection);
          } else {
            flight().discard(value);
          }
          if (failure instanceof Failures.Rejection) {
            bulkGoesOn();
          }
        });
    return null;
  }

  private Inserted<V> settled(@Nullable V value, @Nullable Throwable failure) {
    if (failure != null) {
      return Inserted.failed(flight().failed(failure));
    }
    if (value == null || !core.insertion.hasSteps()) {
      return flight().loaded(value);
    }
    int loads = LoadStack.pushInsert(this);
    try {
      onStack = true;
      return flight().inserted(value);
    } catch (Throwable e) {
      return refused(Failures.ofInsert(e, key, core.config));
    } finally {
      onStack = false;
      LoadStack.pop(loads);
    }
  }

  /** Completes the fetch in the ledger, and then here. */
  private void commit(Inserted<V> own, boolean startedNothing) {
    FetchEnd<V> end = startedNothing ? new FetchEnd.Abandoned<>("no thread") : endOf(own);
    Lease<K> held = lease();
    long sent = core.l1().now();
    link.ask(
        ledger -> ledger.complete(held, end, keepOf(end)),
        new Answer<Completion<V>>() {
          @Override
          void got(Completion<V> completion) {
            committed(completion, end, own, sent);
          }

          @Override
          void missed(Throwable failure) {
            notCommitted(failure, own);
          }
        });
  }

  private FetchEnd<V> endOf(Inserted<V> own) {
    Throwable failure = own.result().failure();
    if (failure != null) {
      return new FetchEnd.Failure<>(RemoteFailure.of(failure, link.options.node()));
    }
    if (!link.shares(storeOptions())) {
      link.stats.unshared();
      return new FetchEnd.Unshared<>();
    }
    V value = own.result().value();
    return value == null ? new FetchEnd.Absent<>() : new FetchEnd.Success<>(value);
  }

  private Duration keepOf(FetchEnd<V> end) {
    return end instanceof FetchEnd.Absent<V> ? link.keepAbsence() : link.keep();
  }

  private void committed(Completion<V> completion, FetchEnd<V> end, Inserted<V> own, long sent) {
    if (!moves(State.COMMITTING, State.ENDED)) {
      return;
    }
    forget();
    link.loads.changed(key); // flights of this node may wait for it: the ledger notifies the others
    if (completion instanceof Completion.Fenced<V> fenced) {
      link.stats.ledgerFenced();
      Duration age = fenced.age();
      if (age == null) {
        conclude(new Inserted<>(own.result(), false, own.brought()));
      } else {
        discard(own);
        conclude(adopted(fenced.value(), age, sent));
      }
    } else {
      boolean shared = end instanceof FetchEnd.Success; // other nodes may have received the value
      conclude(new Inserted<>(own.result(), own.toStore(), own.brought() && !shared));
    }
  }

  private void notCommitted(Throwable failure, Inserted<V> own) {
    if (!moves(State.COMMITTING, State.ENDED)) {
      return;
    }
    forget();
    if (failure instanceof LedgerFormatException) {
      link.unshared(key, failure);
      end(new FetchEnd.Unshared<>());
      conclude(own);
      return;
    }
    link.stats.ledgerAway();
    if (link.failsWhenAway()) {
      discard(own);
      conclude(refused(Failures.ledgerAway(key, core.config, failure)));
    } else {
      conclude(own);
    }
  }

  /** Another result comes in the place of this load's own. */
  private void discard(Inserted<V> own) {
    if (own.brought()) {
      flight().discard(own.result().value());
    }
  }

  /** Completes the fetch in the ledger; nothing here waits for it. */
  private void end(FetchEnd<V> end) {
    Lease<K> held = lease();
    link.ask(
        ledger -> ledger.complete(held, end, Duration.ZERO),
        new Answer<Completion<V>>() {
          @Override
          void got(Completion<V> completion) {
            link.loads.changed(key);
          }
        });
  }

  // --- renewing

  /** Has the lease renewed when a third of it is over, unless the load is collected. */
  private void renewLater() {
    WeakReference<LeasedLoad<K, V>> self = new WeakReference<>(this);
    SharedLoads.Entry<K> place = entry;
    SharedLoads<K> places = link.loads;
    cancelNext();
    next =
        link.later(
            () -> {
              LeasedLoad<K, V> load = self.get();
              if (load != null) {
                load.renew();
              } else if (place != null) {
                places.remove(place);
              }
            },
            Arguments.saturatedNanos(link.options.leaseTime()) / 3);
  }

  final void renew() {
    Lease<K> held;
    synchronized (lock) {
      if (state != State.LOADING || asking || lease == null) {
        return;
      }
      asking = true;
      held = lease;
    }
    link.ask(
        ledger -> ledger.renew(held, link.options.leaseTime()),
        new Answer<Renewal<K>>() {
          @Override
          void got(Renewal<K> renewal) {
            renewed(renewal);
          }

          @Override
          void missed(Throwable failure) {
            goOnRenewing();
          }
        });
  }

  private void goOnRenewing() {
    synchronized (lock) {
      asking = false;
      if (state == State.LOADING) {
        renewLater();
      }
    }
  }

  private void renewed(Renewal<K> renewal) {
    if (renewal instanceof Renewal.Renewed<K>) {
      goOnRenewing();
    } else if (renewal instanceof Renewal.AbandonRequested<K> requested) {
      abandoned(requested.request());
    } else if (isKept()) { // given up, taken over, or invalidated, and no caller here is left
      stopLoader();
    } else { // it runs on for its own callers; the ledger will refuse what it brings
      synchronized (lock) {
        asking = false;
      }
    }
  }

  private void abandoned(AbandonRequest request) {
    if (moves(State.LOADING, State.ENDED)) {
      forget();
      boolean unused = cancel(false);
      end(new FetchEnd.Abandoned<>(request.reason()));
      FetchException failure = Failures.abandoned(key, core.config, request);
      boolean unusedToo = flight().end(failure, FlightResult.End.FAILURE);
    }
  }

  /** The last caller of this node has left: the loader runs on if others want it. */
  final void leaveLoading() {
    link.ask(
        ledger -> ledger.leave(scope, lease().id()),
        new Answer<LeaveResult>() {
          @Override
          void got(LeaveResult left) {
            if (left instanceof LeaveResult.GivenUp) {
              stopLoader();
            } else if (left instanceof LeaveResult.NothingThere) {
              renew(); // which says whether the lease is still good
            } else {
              endInTime();
            }
          }

          @Override
          void missed(Throwable failure) {
            close();
          }
        });
  }

  /** Bounds the time of a load that is kept, as the flight's timer would. */
  private void endInTime() {
    long timeoutNanos = core.config.fetchTimeoutNanos();
    if (timeoutNanos > 0) {
      WeakReference<LeasedLoad<K, V>> self = new WeakReference<>(this);
      long left = timeoutNanos - (System.nanoTime() - flight().startNanos);
      setTimer(
          link.later(
              () -> {
                LeasedLoad<K, V> load = self.get();
                if (load != null) {
                  load.close();
                }
              },
              Math.max(0, left)));
    }
  }

  /** No caller is left, and the ledger knows that. */
  private void stopLoader() {
    if (moves(State.LOADING, State.ENDED)) {
      forget();
      boolean unused = cancel(false);
      stopTimer();
    }
  }

  /** Stops the loader and lets others take the fetch up. Called once ENDED. */
  final void abandonLoading() {
    forget();
    boolean unused = cancel(false);
    stopTimer();
    end(new FetchEnd.Abandoned<>("its node stopped it"));
  }

  @Override
  public final void close() {
    if (moves(State.LOADING, State.ENDED)) {
      abandonLoading();
    }
  }
}
