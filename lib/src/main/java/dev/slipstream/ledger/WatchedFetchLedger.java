package dev.slipstream.ledger;

import dev.slipstream.watch.ChangeHub;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A ledger whose changes can be watched. After a change was made through it, it ticks the key in a
 * {@link ChangeHub}, and hands appended events to a sink.
 *
 * <p>A tick follows what changes a record as a look shows it: what is registered, noted, requested,
 * appended, acknowledged, completed, given up, invalidated, put, and a join that begins a fetch.
 * Leases, grants and pruning do not tick, nor does what failed or changed nothing. What other
 * processes change does not pass through here: the {@link #awaiter()} polls as well.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class WatchedFetchLedger<K, V> implements FetchLedger<K, V> {
  private final FetchLedger<K, V> inner;
  private final ChangeHub<K> hub = new ChangeHub<>();
  private final @Nullable EventPump<K> pump;
  private final LedgerAwaiter<K, V> awaiter;

  private WatchedFetchLedger(FetchLedger<K, V> inner, @Nullable EventPump<K> pump) {
    this.inner = Objects.requireNonNull(inner, "inner");
    if (inner instanceof WatchedFetchLedger<?, ?>) {
      throw new IllegalArgumentException(
          "inner is a WatchedFetchLedger already, and would tick twice: use that one");
    }
    this.pump = pump;
    this.awaiter = LedgerAwaiter.over(inner).hub(hub).polling().build();
  }

  /**
   * Returns a ledger whose changes can be watched.
   *
   * @param inner does what is asked; it is closed with the returned one
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return a ledger
   * @throws IllegalArgumentException if it is one already
   */
  public static <K, V> WatchedFetchLedger<K, V> watch(FetchLedger<K, V> inner) {
    return new WatchedFetchLedger<>(inner, null);
  }

  /**
   * Returns a ledger whose changes can be watched, and that hands what {@link #append} appends to a
   * sink, each fetch's events in order. A slow sink delays nothing but itself. Ends of fetches are
   * no events.
   *
   * @param inner does what is asked; it is closed with the returned one
   * @param sink gets the events
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return a ledger
   * @throws IllegalArgumentException if it is one already
   */
  public static <K, V> WatchedFetchLedger<K, V> watch(
      FetchLedger<K, V> inner, LedgerEventSink<? super K> sink) {
    Objects.requireNonNull(sink, "sink");
    return new WatchedFetchLedger<>(inner, new EventPump<>(sink, LedgerThreads.pool()));
  }

  /**
   * Returns the hub that is ticked.
   *
   * @return the hub
   */
  public ChangeHub<K> hub() {
    return hub;
  }

  /**
   * Returns an awaiter that wakes on the hub's ticks and polls.
   *
   * @return the awaiter
   */
  public LedgerAwaiter<K, V> awaiter() {
    return awaiter;
  }

  /** Ticks the key after the stage has succeeded, and before the returned one completes. */
  private <R> CompletionStage<R> ticking(K key, CompletionStage<R> stage) {
    return ticking(key, stage, result -> true);
  }

  private <R> CompletionStage<R> ticking(
      K key, CompletionStage<R> stage, Predicate<? super R> changed) {
    return after(
        stage,
        (result, failure) -> {
          if (failure == null && changed.test(result)) {
            hub.notify(key);
          }
        });
  }

  private <R> CompletionStage<R> tickingAll(
      CompletionStage<R> stage, Predicate<? super R> changed) {
    return after(
        stage,
        (result, failure) -> {
          if (failure == null && changed.test(result)) {
            hub.notifyAllKeys();
          }
        });
  }

  /** Returns a stage that ends as the given one does, after an action. */
  private static <R> CompletionStage<R> after(
      CompletionStage<R> stage, BiConsumer<R, @Nullable Throwable> action) {
    CompletableFuture<R> result = new CompletableFuture<>();
    var unused =
        stage.whenComplete(
            (value, failure) -> {
              action.accept(value, failure);
              if (failure == null) {
                result.complete(value);
              } else {
                result.completeExceptionally(bare(failure));
              }
            });
    return result;
  }

  private static Throwable bare(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
    return cause == null ? failure : cause;
  }

  @Override
  public DurabilityTier durability() {
    return inner.durability();
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> register(FetchRegistration<K> registration) {
    return ticking(keyOf(registration), inner.register(registration));
  }

  private static <K> K keyOf(FetchRegistration<K> registration) {
    return Objects.requireNonNull(registration, "registration").key();
  }

  private static <K> K keyOf(FetchId<K> id) {
    return Objects.requireNonNull(id, "id").key();
  }

  @Override
  public CompletionStage<@Nullable FetchRecord<K, V>> find(K key) {
    return inner.find(key);
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> setExternalRef(FetchId<K> id, ExternalRef ref) {
    return ticking(keyOf(id), inner.setExternalRef(id, ref));
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> recordFirstStarted(FetchId<K> id, Started started) {
    return ticking(keyOf(id), inner.recordFirstStarted(id, started));
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> setWait(FetchId<K> id, WaitState wait) {
    return ticking(keyOf(id), inner.setWait(id, wait));
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> clearWait(FetchId<K> id) {
    return ticking(keyOf(id), inner.clearWait(id));
  }

  @Override
  public CompletionStage<List<FetchRecord<K, V>>> list(RecordFilter filter) {
    return inner.list(filter);
  }

  @Override
  public CompletionStage<List<FetchRecord<K, V>>> nonTerminal() {
    return inner.nonTerminal();
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> requestAbandon(FetchId<K> id, AbandonRequest request) {
    return ticking(keyOf(id), inner.requestAbandon(id, request));
  }

  @Override
  public CompletionStage<PruneReport> pruneTerminal(Duration olderThan) {
    return inner.pruneTerminal(olderThan);
  }

  @Override
  public CompletionStage<Claim<K>> claim(FetchId<K> id, FetchScope holder, Duration time) {
    return inner.claim(id, holder, time);
  }

  @Override
  public CompletionStage<Claim<K>> reclaim(
      FetchId<K> id, FetchScope holder, Lease<K> observed, Duration time) {
    return inner.reclaim(id, holder, observed, time);
  }

  @Override
  public CompletionStage<Renewal<K>> renew(Lease<K> lease, Duration time) {
    Objects.requireNonNull(lease, "lease");
    return ticking(lease.id().key(), inner.renew(lease, time), Renewal.GivenUp.class::isInstance);
  }

  @Override
  public CompletionStage<@Nullable Lease<K>> lease(FetchId<K> id) {
    return inner.lease(id);
  }

  @Override
  public CompletionStage<Completion<V>> complete(Lease<K> lease, FetchEnd<V> end, Duration keep) {
    Objects.requireNonNull(lease, "lease");
    return ticking(
        lease.id().key(), inner.complete(lease, end, keep), Completion.Accepted.class::isInstance);
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> complete(
      FetchId<K> id, FetchEnd<V> end, Duration keep) {
    return ticking(keyOf(id), inner.complete(id, end, keep));
  }

  @Override
  public CompletionStage<Grant<K>> grant(FetchScope scope, FetchId<K> id, GrantInfo info) {
    return inner.grant(scope, id, info);
  }

  @Override
  public CompletionStage<LeaveResult> revoke(FetchScope scope, FetchId<K> id) {
    return ticking(keyOf(id), inner.revoke(scope, id), LeaveResult.GivenUp.class::isInstance);
  }

  @Override
  public CompletionStage<Void> transferGrants(
      FetchScope from, FetchScope to, Collection<FetchId<K>> ids) {
    return inner.transferGrants(from, to, ids);
  }

  @Override
  public CompletionStage<List<Grant<K>>> grants(FetchScope scope) {
    return inner.grants(scope);
  }

  @Override
  public CompletionStage<List<Grant<K>>> liveGrants(FetchScope scope) {
    return inner.liveGrants(scope);
  }

  @Override
  public CompletionStage<Boolean> hasGrant(FetchScope scope, FetchId<K> id) {
    return inner.hasGrant(scope, id);
  }

  @Override
  public CompletionStage<List<Grant<K>>> grantsOf(FetchId<K> id) {
    return inner.grantsOf(id);
  }

  @Override
  public CompletionStage<NodeReport> deleteNode(String nodeName) {
    return tickingAll(inner.deleteNode(nodeName), report -> report.givenUp() > 0);
  }

  @Override
  public CompletionStage<Appended<K>> append(FetchId<K> id, AppendRequest request) {
    K key = keyOf(id);
    if (pump == null) {
      return ticking(key, inner.append(id, request), appended -> !appended.repeated());
    }
    return ticking(key, pumped(pump, id, request), appended -> !appended.repeated());
  }

  private CompletionStage<Appended<K>> pumped(
      EventPump<K> pump, FetchId<K> id, AppendRequest request) {
    long number = pump.begin();
    CompletionStage<Appended<K>> stage;
    try {
      stage = inner.append(id, request);
    } catch (RuntimeException | Error e) {
      pump.end(number, null);
      throw e;
    }
    return after(
        stage,
        (appended, failure) ->
            pump.end(number, failure != null || appended.repeated() ? null : appended.event()));
  }

  @Override
  public CompletionStage<List<LedgerEvent<K>>> eventsAfter(FetchId<K> id, long sequence) {
    return inner.eventsAfter(id, sequence);
  }

  @Override
  public CompletionStage<Long> countEventsThrough(FetchId<K> id, String type, long sequence) {
    return inner.countEventsThrough(id, type, sequence);
  }

  @Override
  public CompletionStage<List<LedgerEvent<K>>> recentEvents(FetchId<K> id, int limit) {
    return inner.recentEvents(id, limit);
  }

  @Override
  public CompletionStage<List<LedgerEvent<K>>> wakeEventsAfter(FetchId<K> id, long sequence) {
    return inner.wakeEventsAfter(id, sequence);
  }

  @Override
  public CompletionStage<Void> ackWake(FetchId<K> id, long sequence) {
    return ticking(keyOf(id), inner.ackWake(id, sequence));
  }

  @Override
  public CompletionStage<JoinResult<K, V>> join(FetchScope scope, K key, JoinOptions options) {
    return ticking(
        Objects.requireNonNull(key, "key"),
        inner.join(scope, key, options),
        result -> result instanceof JoinResult.Acquired<K, V> acquired && !acquired.takenOver());
  }

  @Override
  public CompletionStage<JoinResult<K, V>> look(FetchScope scope, FetchId<K> awaited) {
    return inner.look(scope, awaited);
  }

  @Override
  public CompletionStage<LeaveResult> leave(FetchScope scope, FetchId<K> id) {
    return ticking(keyOf(id), inner.leave(scope, id), LeaveResult.GivenUp.class::isInstance);
  }

  @Override
  public CompletionStage<Void> invalidate(FetchScope by, K key) {
    return ticking(Objects.requireNonNull(key, "key"), inner.invalidate(by, key));
  }

  @Override
  public CompletionStage<Void> invalidateAll(FetchScope by) {
    return tickingAll(inner.invalidateAll(by), result -> true);
  }

  @Override
  public CompletionStage<Void> put(FetchScope by, K key, V value, Duration keep) {
    return ticking(Objects.requireNonNull(key, "key"), inner.put(by, key, value, keep));
  }

  @Override
  public LedgerFeed listen(NodeIdentity node, FeedListener<K> listener) {
    return inner.listen(node, listener);
  }

  /** Closes the inner ledger. */
  @Override
  public void close() {
    inner.close();
  }
}
