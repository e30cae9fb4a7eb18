package dev.slipstream.ledger;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A ledger in the memory of one process: for several caches of it, and for tests. It is the
 * reference for the others. What it is asked takes effect before the call returns; stages complete,
 * and listeners are notified, on threads of its own: virtual ones where the JDK has them, else
 * daemon threads that come and go. It keeps the last 1,000 events of a fetch.
 *
 * <pre>{@code
 * FetchLedger<String, Row> ledger = InMemoryFetchLedger.create();
 * FetchScope flight = new FetchScope(NodeIdentity.of("orders-7"), 1);
 *
 * JoinResult<String, Row> joined =
 *     ledger
 *         .join(flight, "row 1", JoinOptions.of(Duration.ofSeconds(3)))
 *         .toCompletableFuture()
 *         .get();
 * }</pre>
 *
 * @param <K> the type of keys; they must have {@code equals} and {@code hashCode} as a map needs
 * @param <V> the type of values
 */
public final class InMemoryFetchLedger<K, V> implements FetchLedger<K, V> {
  private final Stages stages;
  private final MemoryFeed<K> feed;
  private final MemoryRecords<K, V> records;
  private final MemoryRegistry<K, V> registry;
  private final MemoryLeases<K, V> leases;
  private final MemoryGrants<K, V> grants;
  private final MemoryEvents<K, V> events;
  private final MemoryJoins<K, V> joins;

  InMemoryFetchLedger(Ticker ticker, Executor executor) {
    this(ticker, executor, Instant.now());
  }

  /** Makes a ledger on whose clock it is {@code started} now. */
  InMemoryFetchLedger(Ticker ticker, Executor executor, Instant started) {
    LedgerClock clock = new LedgerClock(Objects.requireNonNull(ticker, "ticker"), started);
    stages = new Stages(executor);
    feed = new MemoryFeed<>(executor);
    records = new MemoryRecords<>(clock, feed);
    registry = new MemoryRegistry<>(records);
    leases = new MemoryLeases<>(records);
    grants = new MemoryGrants<>(records);
    events = new MemoryEvents<>(records);
    joins = new MemoryJoins<>(records);
  }

  /**
   * Returns an empty ledger.
   *
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return a ledger
   */
  public static <K, V> InMemoryFetchLedger<K, V> create() {
    return create(Ticker.systemTicker());
  }

  /**
   * Returns an empty ledger with a clock.
   *
   * @param ticker gives the time in nanoseconds for leases, grants and ages; must not go back
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return a ledger
   */
  public static <K, V> InMemoryFetchLedger<K, V> create(Ticker ticker) {
    return new InMemoryFetchLedger<>(ticker, LedgerThreads.pool());
  }

  /** Returns {@link DurabilityTier#PROCESS}. */
  @Override
  public DurabilityTier durability() {
    return DurabilityTier.PROCESS;
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> register(FetchRegistration<K> registration) {
    Objects.requireNonNull(registration, "registration");
    return stages.run(() -> registry.register(registration));
  }

  @Override
  public CompletionStage<@Nullable FetchRecord<K, V>> find(K key) {
    Objects.requireNonNull(key, "key");
    return stages.run(() -> registry.find(key));
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> setExternalRef(FetchId<K> id, ExternalRef ref) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(ref, "ref");
    return stages.run(() -> registry.setExternalRef(id, ref));
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> recordFirstStarted(FetchId<K> id, Started started) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(started, "started");
    return stages.run(() -> registry.recordFirstStarted(id, started));
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> setWait(FetchId<K> id, WaitState wait) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(wait, "wait");
    return stages.run(() -> registry.setWait(id, wait));
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> clearWait(FetchId<K> id) {
    Objects.requireNonNull(id, "id");
    return stages.run(() -> registry.setWait(id, null));
  }

  @Override
  public CompletionStage<List<FetchRecord<K, V>>> list(RecordFilter filter) {
    Objects.requireNonNull(filter, "filter");
    return stages.run(() -> registry.list(filter));
  }

  @Override
  public CompletionStage<List<FetchRecord<K, V>>> nonTerminal() {
    return list(RecordFilter.all().states(FetchState.REGISTERED, FetchState.RUNNING));
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> requestAbandon(FetchId<K> id, AbandonRequest request) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(request, "request");
    return stages.run(() -> registry.requestAbandon(id, request));
  }

  @Override
  public CompletionStage<PruneReport> pruneTerminal(Duration olderThan) {
    Arguments.notNegative(olderThan, "olderThan");
    return stages.run(() -> registry.pruneTerminal(olderThan));
  }

  @Override
  public CompletionStage<Claim<K>> claim(FetchId<K> id, FetchScope holder, Duration time) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(holder, "holder");
    Arguments.leaseTime(time, "time");
    return stages.run(() -> leases.claim(id, holder, time));
  }

  @Override
  public CompletionStage<Claim<K>> reclaim(
      FetchId<K> id, FetchScope holder, Lease<K> observed, Duration time) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(holder, "holder");
    Objects.requireNonNull(observed, "observed");
    Arguments.leaseTime(time, "time");
    return stages.run(() -> leases.reclaim(id, holder, observed, time));
  }

  @Override
  public CompletionStage<Renewal<K>> renew(Lease<K> lease, Duration time) {
    Objects.requireNonNull(lease, "lease");
    Arguments.leaseTime(time, "time");
    return stages.run(() -> leases.renew(lease, time));
  }

  @Override
  public CompletionStage<@Nullable Lease<K>> lease(FetchId<K> id) {
    Objects.requireNonNull(id, "id");
    return stages.run(() -> leases.lease(id));
  }

  @Override
  public CompletionStage<Completion<V>> complete(Lease<K> lease, FetchEnd<V> end, Duration keep) {
    Objects.requireNonNull(lease, "lease");
    Objects.requireNonNull(end, "end");
    Arguments.notNegative(keep, "keep");
    return stages.run(() -> leases.complete(lease, end, keep));
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> complete(
      FetchId<K> id, FetchEnd<V> end, Duration keep) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(end, "end");
    Arguments.notNegative(keep, "keep");
    return stages.run(() -> leases.complete(id, end, keep));
  }

  @Override
  public CompletionStage<Grant<K>> grant(FetchScope scope, FetchId<K> id, GrantInfo info) {
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(info, "info");
    return stages.run(() -> grants.grant(scope, id, info));
  }

  @Override
  public CompletionStage<LeaveResult> revoke(FetchScope scope, FetchId<K> id) {
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(id, "id");
    return stages.run(() -> grants.revoke(scope, id));
  }

  @Override
  public CompletionStage<Void> transferGrants(
      FetchScope from, FetchScope to, Collection<FetchId<K>> ids) {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    List<FetchId<K>> copy = List.copyOf(Objects.requireNonNull(ids, "ids"));
    return stages.run(() -> grants.transfer(from, to, copy));
  }

  @Override
  public CompletionStage<List<Grant<K>>> grants(FetchScope scope) {
    Objects.requireNonNull(scope, "scope");
    return stages.run(() -> grants.grants(scope));
  }

  @Override
  public CompletionStage<List<Grant<K>>> liveGrants(FetchScope scope) {
    Objects.requireNonNull(scope, "scope");
    return stages.run(() -> grants.liveGrants(scope));
  }

  @Override
  public CompletionStage<Boolean> hasGrant(FetchScope scope, FetchId<K> id) {
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(id, "id");
    return stages.run(() -> grants.hasGrant(scope, id));
  }

  @Override
  public CompletionStage<List<Grant<K>>> grantsOf(FetchId<K> id) {
    Objects.requireNonNull(id, "id");
    return stages.run(() -> grants.grantsOf(id));
  }

  @Override
  public CompletionStage<NodeReport> deleteNode(String nodeName) {
    Arguments.notBlank(nodeName, "nodeName");
    return stages.run(() -> grants.deleteNode(nodeName));
  }

  @Override
  public CompletionStage<Appended<K>> append(FetchId<K> id, AppendRequest request) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(request, "request");
    return stages.run(() -> events.append(id, request));
  }

  @Override
  public CompletionStage<List<LedgerEvent<K>>> eventsAfter(FetchId<K> id, long sequence) {
    Objects.requireNonNull(id, "id");
    Arguments.notNegative(sequence, "sequence");
    return stages.run(() -> events.after(id, sequence));
  }

  @Override
  public CompletionStage<Long> countEventsThrough(FetchId<K> id, String type, long sequence) {
    Objects.requireNonNull(id, "id");
    Arguments.notBlank(type, "type");
    Arguments.notNegative(sequence, "sequence");
    return stages.run(() -> events.countThrough(id, type, sequence));
  }

  @Override
  public CompletionStage<List<LedgerEvent<K>>> recentEvents(FetchId<K> id, int limit) {
    Objects.requireNonNull(id, "id");
    Arguments.atLeastOne(limit, "limit");
    return stages.run(() -> events.latest(id, limit));
  }

  @Override
  public CompletionStage<List<LedgerEvent<K>>> wakeEventsAfter(FetchId<K> id, long sequence) {
    Objects.requireNonNull(id, "id");
    Arguments.notNegative(sequence, "sequence");
    return stages.run(() -> events.wakesAfter(id, sequence));
  }

  @Override
  public CompletionStage<Void> ackWake(FetchId<K> id, long sequence) {
    Objects.requireNonNull(id, "id");
    Arguments.notNegative(sequence, "sequence");
    return stages.run(() -> events.ackWake(id, sequence));
  }

  @Override
  public CompletionStage<JoinResult<K, V>> join(FetchScope scope, K key, JoinOptions options) {
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(options, "options");
    return stages.run(() -> joins.join(scope, key, options));
  }

  @Override
  public CompletionStage<JoinResult<K, V>> look(FetchScope scope, FetchId<K> awaited) {
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(awaited, "awaited");
    return stages.run(() -> joins.look(scope, awaited));
  }

  @Override
  public CompletionStage<LeaveResult> leave(FetchScope scope, FetchId<K> id) {
    return revoke(scope, id);
  }

  @Override
  public CompletionStage<Void> invalidate(FetchScope by, K key) {
    Objects.requireNonNull(by, "by");
    Objects.requireNonNull(key, "key");
    return stages.run(() -> joins.invalidate(by, key));
  }

  @Override
  public CompletionStage<Void> invalidateAll(FetchScope by) {
    Objects.requireNonNull(by, "by");
    return stages.run(() -> records.clear(by));
  }

  @Override
  public CompletionStage<Void> put(FetchScope by, K key, V value, Duration keep) {
    Objects.requireNonNull(by, "by");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    Arguments.notNegative(keep, "keep");
    return stages.run(() -> joins.put(by, key, value, keep));
  }

  @Override
  public LedgerFeed listen(NodeIdentity node, FeedListener<K> listener) {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(listener, "listener");
    return feed.attach(node, listener);
  }

  @Override
  public void close() {
    stages.close();
    feed.close();
  }
}
