package dev.slipstream;

import dev.slipstream.internal.Arguments;
import dev.slipstream.ledger.AbandonRequest;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.LeaveResult;
import dev.slipstream.ledger.LedgerFormatException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/*
 * What a flight waits for in a cache that shares its fetches: the coordinator of one flight of one
 * node with all others that want its key. The ledger's steps are atomic; this class decides which
 * comes next. LedgerParty has what all states need, LeasedLoad the states in which the loader runs.
 *
 * States
 * ------
 *   state       entered by                                   left by
 *   ----------  -------------------------------------------  ----------------------------------------------
 *   NEW         the claim of the slot                        start; an end of the flight before that
 *   ENTERING    start; a look that found nothing to wait     the answer of the join: a value, the lease, or
 *               for, or a lease that has run out             another's lease; no answer: ALONE
 *   WAITING     another has the lease                        a look that finds an end, nothing, or a lease
 *                                                            that has run out; no answer: ALONE
 *   LOADING     this node has the lease: its loader runs     the loader's end; the last leave of all
 *   COMMITTING  the loader has ended                         the answer of the completion
 *   ALONE       the ledger is away or cannot share the       the loader's end; the end of the flight
 *               value: the loader runs for this node only
 *   ENDED       any of these                                 nobody
 *
 * State and fields change under the object lock; nothing but the timer is called under it. Each event (an answer, a
 * tick, the timer, the loader's end, the flight's end) looks at the state and does nothing if it has
 * come too late. The loader runs once at most.
 *
 * The flight's end
 * ----------------
 * Its last caller leaves: the ledger is asked whether others want the fetch. If so, the loader runs on
 * without a flight (kept), is renewed, and completes in the ledger. If not, it is cancelled. Timeout,
 * abort and close cancel the loader at once and complete the fetch as abandoned, so that one of the
 * others takes it up without waiting for the lease to run out.
 *
 * Races and why they are benign
 * -----------------------------
 * Invalidation against join: a flight wins its slot before it joins, and an invalidation that is
 * delivered, or made here, fences the flight in the slot. So what a join or look returned is not stored
 * if it may be from before the invalidation. A write here is a debt before it changes L1, and a join
 * reads the debts after its slot is won: it finds the debt, and invalidates first, or is fenced.
 * Deliver against store: the value enters L1 after the ledger accepted it, by the flight's own decision,
 * which the fence excludes (see Flight).
 * Late owner: the token decides. A completion that is refused brings the value that is there, which the
 * flight adopts; without one, its own value goes to its own callers and is not stored. The refusal takes
 * the grant back: else a later owner would run on for nobody.
 * A fenced flight completes in the ledger all the same: it is the token that says whether its value is
 * out of date there, and the others would else wait for its lease to run out.
 * Leave against join: the grant is made by the join itself. A flight that ends before the answer is here
 * leaves when it comes; where none comes, a leave is sent at once, and again behind a late answer.
 * Leave against the loader's end: whichever comes first under the lock. A completion that comes after the
 * ledger gave the fetch up is refused, and there is nobody to deliver to.
 * Leave of the last against a newcomer elsewhere: one step each in the ledger; if the newcomer is first,
 * the answer is that the fetch runs on.
 * Lost ticks: a tick is only a reason to look; looks come by themselves, after 25 ms and then less often,
 * once a second at least, and when the other's lease runs out.
 * A tick before the answer of the join: it is kept, and the look follows at once.
 * Lost answers of the leave: the loader is stopped, and the others take the fetch up.
 * A load that nothing can complete: the timer and SharedLoads refer to it weakly while it loads. It is
 * collected with its flight, is no longer renewed, and others take over.
 */
final class SharedLoad<K, V> extends LeasedLoad<K, V> {
  private static final long FIRST_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
  private static final long LONGEST_POLL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** So long after the end of another's lease it is looked at, and up to so much longer. */
  private static final long AFTER_LEASE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final int JITTER_MILLIS = 11;

  private boolean refresh;

  // Guarded by lock.
  /** The fetch of another that is waited for. */
  private @Nullable FetchId<K> awaited;

  private boolean ticked;
  private boolean waited;
  private int looks;

  SharedLoad(CacheCore<K, V> core, LedgerLink<K, V> link, K key) {
    super(core, link, key);
  }

  // --- entering and waiting

  /** Starts: called once, by the thread that has won the flight's slot. */
  void start(Flight<K, V> flight, AsyncLoader<? super K, ? extends V> loader, boolean refresh) {
    this.flight = flight;
    this.loader = loader;
    this.refresh = refresh;
    if (loader instanceof SharedBulk<?, ?> bulk) {
      bulk.expect();
    }
    entry = link.loads.add(key, this);
    if (moves(State.NEW, State.ENTERING)) {
      guarded(this::enter);
    } else {
      forget();
    }
  }

  private void enter() {
    if (link.isAway()) {
      away(link.unavailable());
      return;
    }
    long debt = link.debts.owed(key);
    JoinOptions options = link.joinOptions(refresh, debt != LedgerDebts.NONE);
    long sent = core.l1().now();
    link.ask(
        ledger -> ledger.join(scope, key, options),
        new Answer<JoinResult<K, V>>() {
          @Override
          void got(JoinResult<K, V> joined) {
            link.debts.paid(key, debt);
            entered(joined, sent);
          }

          @Override
          void missed(Throwable failure) {
            if (leaveAlone(State.ENTERING, FetchId.newest(key))) {
              without(failure);
            }
          }

          @Override
          void late(JoinResult<K, V> joined) {
            undo(joined);
          }
        });
  }

  private void entered(JoinResult<K, V> joined, long sent) {
    if (joined instanceof JoinResult.Acquired<K, V> acquired) {
      acquired(acquired);
    } else if (joined instanceof JoinResult.Held<K, V> held) {
      held(held, State.ENTERING);
    } else if (moves(State.ENTERING, State.ENDED)) {
      link.stats.ledgerHit();
      adopt(joined, sent);
    }
  }

  private void acquired(JoinResult.Acquired<K, V> acquired) {
    if (!take(acquired.lease())) {
      undo(acquired);
      return;
    }
    if (acquired.takenOver()) {
      link.stats.takeover();
      link.loads.changed(key); // it may have been held by a load of this node
    }
    load();
  }

  /** Another has the lease: waits, or takes over what has run out. */
  private void held(JoinResult.Held<K, V> held, State from) {
    FetchId<K> id = held.by().id();
    boolean runOut = from == State.WAITING && held.by().left().isZero();
    boolean looks = false;
    boolean counts = false;
    synchronized (lock) {
      if (state == from && runOut) {
        state = State.ENTERING;
      } else if (state == from) {
        state = State.WAITING;
        awaited = id;
        counts = !waited;
        waited = true;
        looks = ticked;
        ticked = false;
        if (!looks) {
          next = link.later(this::look, pollNanos(held.by().left()));
        }
      }
    }
    if (counts) {
      link.stats.remoteWait();
      bulkGoesOn();
    }
    if (is(State.ENDED)) {
      if (from == State.ENTERING) {
        undo(held);
      }
    } else if (runOut) {
      enter();
    } else if (looks) {
      look();
    }
  }

  private long pollNanos(Duration left) {
    long poll = Math.min(LONGEST_POLL_NANOS, FIRST_POLL_NANOS << Math.min(looks++, 6));
    long jitter =
        Math.floorMod(31L * link.options.node().hashCode() + scope.flight(), JITTER_MILLIS);
    long end =
        Arguments.saturatedNanos(left) + AFTER_LEASE_NANOS + TimeUnit.MILLISECONDS.toNanos(jitter);
    return end < 0 ? poll : Math.min(poll, end);
  }

  private void look() {
    FetchId<K> id;
    synchronized (lock) {
      if (state != State.WAITING || awaited == null) {
        return;
      }
      if (asking) {
        ticked = true;
        return;
      }
      asking = true;
      cancelNext();
      id = awaited;
    }
    long sent = core.l1().now();
    link.ask(
        ledger -> ledger.look(scope, id),
        new Answer<JoinResult<K, V>>() {
          @Override
          void got(JoinResult<K, V> seen) {
            looked(seen, sent);
          }

          @Override
          void missed(Throwable failure) {
            if (leaveAlone(State.WAITING, id)) {
              without(failure);
            }
          }
        });
  }

  private void looked(JoinResult<K, V> seen, long sent) {
    synchronized (lock) {
      asking = false;
    }
    if (seen instanceof JoinResult.Held<K, V> held) {
      held(held, State.WAITING);
    } else if (seen instanceof JoinResult.Gone<K, V>) {
      if (moves(State.WAITING, State.ENTERING)) {
        enter();
      }
    } else if (seen instanceof JoinResult.Unshared<K, V>) {
      if (moves(State.WAITING, State.ALONE)) {
        link.stats.unshared();
        load();
      }
    } else if (moves(State.WAITING, State.ENDED)) {
      adopt(seen, sent);
    }
  }

  /** Ends the flight with what another found. */
  private void adopt(JoinResult<K, V> found, long sent) {
    forget();
    bulkGoesOn();
    if (found instanceof JoinResult.Value<K, V> value) {
      conclude(adopted(value.value(), value.age(), sent));
    } else if (found instanceof JoinResult.Absent<K, V> absent) {
      conclude(adopted(null, absent.age(), sent));
    } else if (found instanceof JoinResult.Failed<K, V> failed) {
      conclude(refused(Failures.remote(failed.failure(), key, core.config)));
    } else {
      throw new IllegalStateException("the ledger's answer is none to this question: " + found);
    }
  }

  /** Takes a grant back that came too late. */
  private void undo(JoinResult<K, V> joined) {
    if (joined instanceof JoinResult.Acquired<K, V> acquired) {
      leave(acquired.lease().id());
    } else if (joined instanceof JoinResult.Held<K, V> held) {
      leave(held.by().id());
    }
  }

  private void leave(FetchId<K> id) {
    link.ask(
        ledger -> ledger.leave(scope, id),
        new Answer<LeaveResult>() {
          @Override
          void got(LeaveResult left) {
            if (left instanceof LeaveResult.GivenUp) {
              link.loads.changed(key); // it may be held by a load of this node
            }
          }
        });
  }

  // --- without the ledger

  /** Goes on without the ledger, and without the grant that it may have there. */
  private boolean leaveAlone(State from, FetchId<K> id) {
    boolean moves = moves(from, State.ALONE);
    leave(id);
    return moves;
  }

  /** The ledger is known to be away. */
  private void away(Throwable failure) {
    if (moves(State.ENTERING, State.ALONE)) {
      without(failure);
    }
  }

  private void without(Throwable failure) {
    if (failure instanceof LedgerFormatException) {
      link.unshared(key, failure);
      load();
      return;
    }
    link.stats.ledgerAway();
    if (!link.failsWhenAway()) {
      load();
    } else if (moves(State.ALONE, State.ENDED)) {
      forget();
      bulkGoesOn();
      conclude(refused(Failures.ledgerAway(key, core.config, failure)));
    }
  }

  // --- ends

  @Override
  void countEnded() {}

  @Override
  void stopIfUnused(boolean byLeave) {
    State from;
    FetchId<K> id;
    synchronized (lock) {
      from = state;
      id = awaited;
      if (from == State.COMMITTING || from == State.ENDED) {
        return;
      }
      if (from == State.LOADING && byLeave) {
        if (!keep()) {
          return;
        }
      } else {
        state = State.ENDED;
        cancelNext();
      }
    }
    switch (from) {
      case WAITING -> {
        forget();
        leave(Objects.requireNonNull(id));
      }
      case LOADING -> {
        if (byLeave) {
          leaveLoading();
        } else {
          abandonLoading();
        }
      }
      default -> { // ENTERING leaves when its answer comes
        forget();
        boolean unused = cancel(byLeave);
        bulkGoesOn();
      }
    }
  }

  @Override
  public void changed() {
    boolean looks;
    boolean renews;
    synchronized (lock) {
      ticked |= state == State.ENTERING;
      looks = state == State.WAITING;
      renews = state == State.LOADING;
    }
    if (looks) {
      guarded(this::look);
    } else if (renews) {
      guarded(this::renew);
    }
  }

  /** Returns the fetch of another that this waits for; null if it does not wait. */
  @Nullable FetchId<K> awaited() {
    synchronized (lock) {
      return state == State.WAITING ? awaited : null;
    }
  }

  /** Has the fetch abandoned wherever it runs; this node's flight is about to be ended. */
  void abortEverywhere(String reason) {
    FetchId<K> id = awaited();
    if (id != null) {
      AbandonRequest request = new AbandonRequest(link.options.node(), reason);
      link.ask(ledger -> ledger.requestAbandon(id, request), new Answer<>());
    }
  }
}
