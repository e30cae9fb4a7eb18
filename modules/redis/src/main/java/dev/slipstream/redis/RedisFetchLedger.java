package dev.slipstream.redis;

import dev.slipstream.ledger.AbandonRequest;
import dev.slipstream.ledger.AppendRequest;
import dev.slipstream.ledger.Appended;
import dev.slipstream.ledger.Claim;
import dev.slipstream.ledger.Completion;
import dev.slipstream.ledger.DurabilityTier;
import dev.slipstream.ledger.ExternalRef;
import dev.slipstream.ledger.FeedListener;
import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchLedger;
import dev.slipstream.ledger.FetchRecord;
import dev.slipstream.ledger.FetchRegistration;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.FetchState;
import dev.slipstream.ledger.Grant;
import dev.slipstream.ledger.GrantInfo;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.LeaveResult;
import dev.slipstream.ledger.LedgerEvent;
import dev.slipstream.ledger.LedgerFeed;
import dev.slipstream.ledger.NodeIdentity;
import dev.slipstream.ledger.NodeReport;
import dev.slipstream.ledger.PruneReport;
import dev.slipstream.ledger.RecordFilter;
import dev.slipstream.ledger.Renewal;
import dev.slipstream.ledger.Started;
import dev.slipstream.ledger.WaitState;
import dev.slipstream.view.EntryCodec;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A ledger on Redis 6.2 or later, or Valkey. Every operation on a key is one script and one round
 * trip; the clock is the server's.
 *
 * <pre>{@code
 * RedisURI uri = RedisURI.create("rediss://orders@redis.internal:6379");
 * EntryCodec<String, Row> codec = EntryCodec.of(ValueCodec.string(), JacksonCodec.of(Row.class));
 * RedisFetchLedger<String, Row> ledger =
 *     RedisFetchLedger.builder(uri, codec).cache("rows").build();
 *
 * ledger.close(); // when the caches that use it are closed
 * }</pre>
 *
 * <p>Nodes share what they do if prefix, cache and schema are the same, and must then have the same
 * codec, shards and secret. Commands go over one connection, in order; each shard's feed over one
 * of its own. Stages complete, and listeners run, on threads of this module, never on the client's.
 *
 * <p>A call fails with {@code LedgerUnavailableException} at once while there is no connection, and
 * after the {@link RedisFetchLedgerBuilder#timeout} if there is no answer; it may then still have
 * taken effect. An invalidation that fails so is sent again until it is acknowledged, and before
 * any join of its key. A join without an answer is undone.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class RedisFetchLedger<K, V> implements FetchLedger<K, V> {
  private static final long MAINTENANCE_MILLIS = 1_000;

  private final DurabilityTier durability;
  private final Connector connector;
  private final Calls calls;
  private final @Nullable Calls replicaCalls;
  private final Records<K, V> records;
  private final List<Invalidations<K, V>> invalidations = new ArrayList<>();
  private final List<ShardFeed<K, V>> feeds = new ArrayList<>();
  private final FeedHub<K> hub;
  private final AtomicBoolean listening = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final RedisRegistry<K, V> registry;
  private final RedisLeases<K, V> leases;
  private final RedisGrants<K, V> grants;
  private final RedisEvents<K, V> events;
  private final RedisJoins<K, V> joins;

  RedisFetchLedger(RedisFetchLedgerBuilder<K, V> builder, Connector connector) {
    this.connector = connector;
    durability = builder.durability;
    Keyspace keyspace = builder.keyspace();
    Entries<K, V> entries = new Entries<>(builder.codec, builder.maximumSharedBytes);
    calls = new Calls(connector);
    records = new Records<>(entries, keyspace, calls, builder.feedLength);
    replicaCalls = builder.replicas == 0 ? null : new Calls(connector);
    Invalidations.Replicas replicas =
        replicaCalls == null
            ? (shard, done) -> done.complete(null)
            : new ReplicaWait(replicaCalls, keyspace, builder.replicas, builder.replicaTimeout);
    hub = new FeedHub<>(keyspace.shards());
    for (int shard = 0; shard < keyspace.shards(); shard++) {
      Invalidations<K, V> of =
          new Invalidations<>(
              records, replicas, new RecentInvalidations(builder.repairWindow), shard);
      invalidations.add(of);
      feeds.add(new ShardFeed<>(connector, records, of, hub, shard));
    }
    registry = new RedisRegistry<>(records);
    leases = new RedisLeases<>(records);
    grants = new RedisGrants<>(records);
    events = new RedisEvents<>(records, builder.eventLength);
    joins = new RedisJoins<>(records, invalidations);
    maintainLater();
  }

  /**
   * Returns a builder of a ledger with a client of its own, which is closed with it.
   *
   * @param uri the server; {@code rediss://} for TLS, with the user's name and password if it has
   *     one
   * @param codec writes and reads keys and values. Equal keys must be written as equal bytes
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return a builder
   */
  public static <K, V> RedisFetchLedgerBuilder<K, V> builder(RedisURI uri, EntryCodec<K, V> codec) {
    return new RedisFetchLedgerBuilder<>(Objects.requireNonNull(uri, "uri"), null, codec);
  }

  /**
   * Returns a builder of a ledger on a cluster. The client remains the caller's to close.
   *
   * @param client its options must refuse commands while it is disconnected, repeat none, and give
   *     each a timeout
   * @param codec writes and reads keys and values. Equal keys must be written as equal bytes
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return a builder
   * @throws IllegalArgumentException if the client's options do not fit
   */
  public static <K, V> RedisFetchLedgerBuilder<K, V> builder(
      RedisClusterClient client, EntryCodec<K, V> codec) {
    return new RedisFetchLedgerBuilder<>(null, Objects.requireNonNull(client, "client"), codec);
  }

  /** Returns what sends the commands. */
  Calls calls() {
    return calls;
  }

  /** Connects, if that failed, and pays debts, once a second, without a feed to do it. */
  private void maintainLater() {
    RedisThreads.executeLater(
        () -> {
          if (!closed.get()) {
            var unused = calls.connect();
            for (Invalidations<K, V> shard : invalidations) {
              if (!shard.debts.isEmpty()) {
                shard.payDebts();
              }
            }
            maintainLater();
          }
        },
        MAINTENANCE_MILLIS);
  }

  @Override
  public DurabilityTier durability() {
    return durability;
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> register(FetchRegistration<K> registration) {
    Objects.requireNonNull(registration, "registration");
    return registry.register(registration);
  }

  @Override
  public CompletionStage<@Nullable FetchRecord<K, V>> find(K key) {
    Objects.requireNonNull(key, "key");
    return registry.find(key);
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> setExternalRef(FetchId<K> id, ExternalRef ref) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(ref, "ref");
    return registry.setExternalRef(id, ref);
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> recordFirstStarted(FetchId<K> id, Started started) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(started, "started");
    return registry.recordFirstStarted(id, started);
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> setWait(FetchId<K> id, WaitState wait) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(wait, "wait");
    return registry.setWait(id, wait);
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> clearWait(FetchId<K> id) {
    Objects.requireNonNull(id, "id");
    return registry.clearWait(id);
  }

  @Override
  public CompletionStage<List<FetchRecord<K, V>>> list(RecordFilter filter) {
    Objects.requireNonNull(filter, "filter");
    return registry.list(filter);
  }

  @Override
  public CompletionStage<List<FetchRecord<K, V>>> nonTerminal() {
    return list(RecordFilter.all().states(FetchState.REGISTERED, FetchState.RUNNING));
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> requestAbandon(FetchId<K> id, AbandonRequest request) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(request, "request");
    return registry.requestAbandon(id, request);
  }

  @Override
  public CompletionStage<PruneReport> pruneTerminal(Duration olderThan) {
    Arguments.notNegative(olderThan, "olderThan");
    return registry.pruneTerminal(olderThan);
  }

  @Override
  public CompletionStage<Claim<K>> claim(FetchId<K> id, FetchScope holder, Duration time) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(holder, "holder");
    Arguments.leaseTime(time, "time");
    return leases.claim(id, holder, null, time);
  }

  @Override
  public CompletionStage<Claim<K>> reclaim(
      FetchId<K> id, FetchScope holder, Lease<K> observed, Duration time) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(holder, "holder");
    Objects.requireNonNull(observed, "observed");
    Arguments.leaseTime(time, "time");
    return leases.claim(id, holder, observed, time);
  }

  @Override
  public CompletionStage<Renewal<K>> renew(Lease<K> lease, Duration time) {
    Objects.requireNonNull(lease, "lease");
    Arguments.leaseTime(time, "time");
    return leases.renew(lease, time);
  }

  @Override
  public CompletionStage<@Nullable Lease<K>> lease(FetchId<K> id) {
    Objects.requireNonNull(id, "id");
    return registry.lease(id);
  }

  @Override
  public CompletionStage<Completion<V>> complete(Lease<K> lease, FetchEnd<V> end, Duration keep) {
    Objects.requireNonNull(lease, "lease");
    Objects.requireNonNull(end, "end");
    Arguments.notNegative(keep, "keep");
    return leases.complete(lease, end, keep);
  }

  @Override
  public CompletionStage<FetchRecord<K, V>> complete(
      FetchId<K> id, FetchEnd<V> end, Duration keep) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(end, "end");
    Arguments.notNegative(keep, "keep");
    return leases.complete(id, end, keep);
  }

  @Override
  public CompletionStage<Grant<K>> grant(FetchScope scope, FetchId<K> id, GrantInfo info) {
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(info, "info");
    return grants.grant(scope, id, info);
  }

  @Override
  public CompletionStage<LeaveResult> revoke(FetchScope scope, FetchId<K> id) {
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(id, "id");
    return joins.leave(scope, id);
  }

  @Override
  public CompletionStage<Void> transferGrants(
      FetchScope from, FetchScope to, Collection<FetchId<K>> ids) {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    List<FetchId<K>> copy = List.copyOf(Objects.requireNonNull(ids, "ids"));
    return grants.transfer(from, to, copy);
  }

  @Override
  public CompletionStage<List<Grant<K>>> grants(FetchScope scope) {
    Objects.requireNonNull(scope, "scope");
    return grants.grants(scope, true);
  }

  @Override
  public CompletionStage<List<Grant<K>>> liveGrants(FetchScope scope) {
    Objects.requireNonNull(scope, "scope");
    return grants.grants(scope, false);
  }

  @Override
  public CompletionStage<Boolean> hasGrant(FetchScope scope, FetchId<K> id) {
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(id, "id");
    return grants.hasGrant(scope, id);
  }

  @Override
  public CompletionStage<List<Grant<K>>> grantsOf(FetchId<K> id) {
    Objects.requireNonNull(id, "id");
    return grants.grantsOf(id);
  }

  @Override
  public CompletionStage<NodeReport> deleteNode(String nodeName) {
    Arguments.notBlank(nodeName, "nodeName");
    return grants.deleteNode(nodeName);
  }

  @Override
  public CompletionStage<Appended<K>> append(FetchId<K> id, AppendRequest request) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(request, "request");
    return events.append(id, request);
  }

  @Override
  public CompletionStage<List<LedgerEvent<K>>> eventsAfter(FetchId<K> id, long sequence) {
    Objects.requireNonNull(id, "id");
    Arguments.notNegative(sequence, "sequence");
    return events.after(id, sequence, event -> true);
  }

  @Override
  public CompletionStage<Long> countEventsThrough(FetchId<K> id, String type, long sequence) {
    Objects.requireNonNull(id, "id");
    Arguments.notBlank(type, "type");
    Arguments.notNegative(sequence, "sequence");
    return events.countThrough(id, type, sequence);
  }

  @Override
  public CompletionStage<List<LedgerEvent<K>>> recentEvents(FetchId<K> id, int limit) {
    Objects.requireNonNull(id, "id");
    Arguments.atLeastOne(limit, "limit");
    return events.latest(id, limit);
  }

  @Override
  public CompletionStage<List<LedgerEvent<K>>> wakeEventsAfter(FetchId<K> id, long sequence) {
    Objects.requireNonNull(id, "id");
    Arguments.notNegative(sequence, "sequence");
    return events.after(id, sequence, LedgerEvent::wakes);
  }

  @Override
  public CompletionStage<Void> ackWake(FetchId<K> id, long sequence) {
    Objects.requireNonNull(id, "id");
    Arguments.notNegative(sequence, "sequence");
    return events.ackWake(id, sequence);
  }

  @Override
  public CompletionStage<JoinResult<K, V>> join(FetchScope scope, K key, JoinOptions options) {
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(options, "options");
    return joins.join(scope, key, options);
  }

  @Override
  public CompletionStage<JoinResult<K, V>> look(FetchScope scope, FetchId<K> awaited) {
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(awaited, "awaited");
    return joins.look(scope, awaited);
  }

  @Override
  public CompletionStage<LeaveResult> leave(FetchScope scope, FetchId<K> id) {
    return revoke(scope, id);
  }

  @Override
  public CompletionStage<Void> invalidate(FetchScope by, K key) {
    Objects.requireNonNull(by, "by");
    Objects.requireNonNull(key, "key");
    return joins.invalidate(by, key);
  }

  @Override
  public CompletionStage<Void> invalidateAll(FetchScope by) {
    Objects.requireNonNull(by, "by");
    return joins.invalidateAll(by);
  }

  @Override
  public CompletionStage<Void> put(FetchScope by, K key, V value, Duration keep) {
    Objects.requireNonNull(by, "by");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    Arguments.notNegative(keep, "keep");
    return joins.put(by, key, value, keep);
  }

  @Override
  public LedgerFeed listen(NodeIdentity node, FeedListener<K> listener) {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(listener, "listener");
    LedgerFeed feed = hub.attach(node, listener);
    if (!closed.get() && listening.compareAndSet(false, true)) {
      feeds.forEach(ShardFeed::start);
    }
    return feed;
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    calls.close();
    if (replicaCalls != null) {
      replicaCalls.close();
    }
    feeds.forEach(ShardFeed::close);
    hub.close();
    connector.close();
  }
}
