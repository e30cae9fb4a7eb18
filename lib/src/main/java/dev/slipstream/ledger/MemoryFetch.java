package dev.slipstream.ledger;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The record of one fetch, and what can happen to it. All of it is guarded by the monitor of the
 * key's slot; times are the ledger clock's.
 *
 * <p>States: REGISTERED -> RUNNING -> ended; REGISTERED -> ended.
 */
final class MemoryFetch<K, V> {
  /** How long a hand-over stays. */
  static final Duration HAND_OVER = Duration.ofSeconds(10);

  final FetchId<K> id;
  final Object epoch;
  final long registeredAt;
  final Grants grants = new Grants();
  final EventLog<K> events = new EventLog<>();

  private FetchState state = FetchState.REGISTERED;

  /** The holder, and the time of its lease; null before the first lease. */
  private @Nullable FetchScope holder;

  private long token;
  private long leaseTime;
  private long leaseEnd;

  /** Whether the holder gave its grant back: a renewal must not bring it back. */
  private boolean holderLeft;

  private @Nullable FetchEnd<V> end;
  private long endedAt;
  private long keptUntil;
  private boolean handOver;

  /** Whether its starts and its end are events. */
  boolean recorded;

  @Nullable Started started;
  @Nullable ExternalRef externalRef;
  @Nullable WaitState waitState;
  @Nullable AbandonRequest abandonRequest;
  long ackedSequence;

  MemoryFetch(K key, long number, Object epoch, long now) {
    this.id = new FetchId<>(key, number);
    this.epoch = epoch;
    this.registeredAt = now;
  }

  // --- how it stands

  FetchState state() {
    return state;
  }

  boolean isRunning() {
    return state == FetchState.RUNNING;
  }

  boolean hasEnded() {
    return state.isTerminal();
  }

  boolean isHeld(long now) {
    return isRunning() && leaseEnd > now;
  }

  boolean isHeldBy(FetchScope scope) {
    return isRunning() && scope.equals(holder);
  }

  boolean isTheLease(Lease<K> lease) {
    return holder != null && token == lease.token();
  }

  /** Whether the holder is another run of the scope's node. */
  boolean isHeldByAnotherRunOf(NodeIdentity node) {
    return holder != null
        && holder.node().name().equals(node.name())
        && !holder.node().incarnation().equals(node.incarnation());
  }

  boolean endedLongAgo(long now, long nanos) {
    return hasEnded() && now - endedAt >= nanos;
  }

  boolean isForgotten(long now) {
    return hasEnded() && keptUntil <= now;
  }

  /** Returns how it ended if a join may take that: not a hand-over. */
  @Nullable FetchEnd<V> sharedEnd() {
    return handOver ? null : end;
  }

  @Nullable FetchEnd<V> end() {
    return end;
  }

  Duration age(long now) {
    return LedgerClock.between(endedAt, now);
  }

  Lease<K> lease(long now) {
    FetchScope by = Objects.requireNonNull(holder, "holder");
    return new Lease<>(id, by, token, LedgerClock.between(now, leaseEnd));
  }

  // --- what happens to it

  /** Gives it a holder, in place of one whose lease ran out. */
  void hold(FetchScope by, long newToken, Duration time, long now) {
    state = FetchState.RUNNING;
    holder = by;
    holderLeft = false;
    token = newToken;
    extend(time, now);
  }

  void extend(Duration time, long now) {
    leaseTime = LedgerClock.nanos(time);
    leaseEnd = now + leaseTime;
  }

  void grant(FetchScope scope, GrantInfo info, long now) {
    if (scope.equals(holder)) {
      holderLeft = false;
    }
    grants.put(scope, info, now);
  }

  void renewGrant(FetchScope scope, long now) {
    grants.renew(scope, grantTime(), now);
  }

  /** Renews the holder's grant with its lease, unless it left. */
  void renewHolder(Duration time, long now) {
    if (!holderLeft && holder != null) {
      grants.renew(holder, JoinOptions.grantFor(time), now);
    }
    grants.prune(now);
  }

  /** Takes a live grant back; returns false, and changes nothing, if there is none. */
  boolean revoke(FetchScope scope, long now) {
    boolean had = grants.remove(scope, now);
    holderLeft |= had && scope.equals(holder);
    return had;
  }

  void move(FetchScope from, FetchScope to, long now) {
    if (!from.equals(to) && grants.move(from, to, now)) {
      holderLeft |= from.equals(holder);
      holderLeft &= !to.equals(holder);
    }
  }

  int revokeNode(String nodeName) {
    holderLeft |= holder != null && holder.node().name().equals(nodeName);
    return grants.removeNode(nodeName);
  }

  /** Ends it. A lease with another token is refused from now on. */
  void end(FetchEnd<V> how, Duration keep, long lastToken, long now) {
    end = how;
    endedAt = now;
    handOver = keep.isZero();
    keptUntil = now + LedgerClock.nanos(handOver ? HAND_OVER : keep);
    token = lastToken;
    state = FetchState.of(how);
    grants.clear();
  }

  long token() {
    return token;
  }

  private Duration grantTime() {
    return JoinOptions.grantFor(Duration.ofNanos(leaseTime));
  }

  FetchRecord<K, V> record(LedgerClock clock, long now) {
    return FetchRecord.<K, V>builder(id)
        .state(state)
        .end(end)
        .lease(isRunning() ? lease(now) : null)
        .registeredAt(clock.instant(registeredAt))
        .endedAt(hasEnded() ? clock.instant(endedAt) : null)
        .started(started)
        .externalRef(externalRef)
        .waitState(waitState)
        .abandonRequest(abandonRequest)
        .lastSequence(events.last())
        .ackedSequence(ackedSequence)
        .build();
  }
}
