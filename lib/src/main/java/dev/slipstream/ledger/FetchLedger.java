package dev.slipstream.ledger;

import dev.slipstream.watch.EventsLostException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes that share it agree on about the fetches of their keys.
 *
 * <p>A ledger has one record a key, of the key's newest fetch: how it stands, the <em>lease</em> of
 * the node that runs it, the <em>grants</em> of those that wait for it, its events, and how it
 * ended. An invalidation deletes the record and everything in it, the lease included: what its
 * holder completes afterwards is refused. Leases, grants and ended records last for a time, by the
 * ledger's own clock; those of the nodes do not matter.
 *
 * <p>A cache fetches a key so:
 *
 * <ol>
 *   <li>It {@linkplain #join joins}.
 *   <li>{@code Value} or {@code Absent}: it uses that.
 *   <li>{@code Acquired}: it loads, {@linkplain #renew renews} the lease each third of its time,
 *       and {@linkplain #complete(Lease, FetchEnd, Duration) completes} the fetch.
 *   <li>{@code Held}: it waits for the feed's {@link FeedListener#changed}, and {@linkplain #look
 *       looks} then, and from time to time; it joins again once a look is {@code Gone}, or shows a
 *       lease with no time left.
 *   <li>When no caller waits any more it {@linkplain #leave leaves}; if that is {@code GivenUp}, it
 *       stops its loader.
 * </ol>
 *
 * <p>All methods may be called from any thread, and none blocks. Arguments are checked at once:
 * {@link NullPointerException} names the one that is null, {@link IllegalArgumentException} a time
 * of zero or less (under 10 ms for a lease), a negative sequence number, a limit under 1, a blank
 * name. Whatever else fails fails the stage, with a {@link LedgerException}: {@link
 * UnknownFetchException} where a fetch must exist, {@link FetchEndedException} where it must not
 * have ended, {@link LedgerUnavailableException} if the ledger is away, does not answer in time or
 * is closed, {@link LedgerFormatException} if a key or value cannot be written or read. Stages are
 * completed on the ledger's own executor.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface FetchLedger<K, V> extends AutoCloseable {
  /**
   * Returns what the records survive.
   *
   * @return the tier
   */
  DurabilityTier durability();

  // ------------------------------------------------------------------------------ the registry

  /**
   * Registers a fetch that nobody runs yet.
   *
   * @param registration the key, and what the fetch is called elsewhere
   * @return the new record, or the one that is there if it has not ended
   */
  CompletionStage<FetchRecord<K, V>> register(FetchRegistration<K> registration);

  /**
   * Finds the newest fetch of a key, ended or not.
   *
   * @param key the key
   * @return its record, or null if there is none
   */
  CompletionStage<@Nullable FetchRecord<K, V>> find(K key);

  /**
   * Notes what a fetch is called in another system, in place of an earlier note.
   *
   * @param id the fetch, which has not ended
   * @param ref the name
   * @return the record with it
   */
  CompletionStage<FetchRecord<K, V>> setExternalRef(FetchId<K> id, ExternalRef ref);

  /**
   * Notes which party started the work of a fetch; the first note stands.
   *
   * @param id the fetch, which has not ended
   * @param started the party, and when
   * @return the record with the note that stands
   */
  CompletionStage<FetchRecord<K, V>> recordFirstStarted(FetchId<K> id, Started started);

  /**
   * Notes what a fetch waits for, in place of an earlier note.
   *
   * @param id the fetch, which has not ended
   * @param wait what it waits for
   * @return the record with it
   */
  CompletionStage<FetchRecord<K, V>> setWait(FetchId<K> id, WaitState wait);

  /**
   * Removes the note of what a fetch waits for.
   *
   * @param id the fetch, which has not ended
   * @return the record without it
   */
  CompletionStage<FetchRecord<K, V>> clearWait(FetchId<K> id);

  /**
   * Lists records: of the fetches that were registered, joined as {@linkplain JoinOptions#recorded
   * recorded}, or claimed, granted, noted or given events by the operations of the registry. An
   * engine may leave out, here and in {@link #nonTerminal}, {@link #pruneTerminal}, {@link
   * #grants}, {@link #liveGrants} and {@link #deleteNode}, what was joined only: keeping lists
   * would make every fetch dearer.
   *
   * @param filter which, and how many
   * @return records, the oldest first. The cost goes with the number of records that there are
   */
  CompletionStage<List<FetchRecord<K, V>>> list(RecordFilter filter);

  /**
   * Lists the records of all fetches that have not ended.
   *
   * @return records, the oldest first
   */
  CompletionStage<List<FetchRecord<K, V>>> nonTerminal();

  /**
   * Asks that a fetch be abandoned; the first request stands. The holder gets it with its next
   * renewal.
   *
   * @param id the fetch, which has not ended
   * @param request the party that asks, and why
   * @return the record with the request that stands
   */
  CompletionStage<FetchRecord<K, V>> requestAbandon(FetchId<K> id, AbandonRequest request);

  /**
   * Removes records of fetches that have ended, with their events.
   *
   * @param olderThan only those that ended at least so long ago, by the ledger's clock; zero for
   *     all
   * @return what was removed
   */
  CompletionStage<PruneReport> pruneTerminal(Duration olderThan);

  // ------------------------------------------------------------------------------------ leases

  /**
   * Claims the lease of a fetch: one that nobody has, or that has run out. The claimant gets a
   * grant as well, for {@link JoinOptions#grantFor}. A holder that repeats its claim gets its own
   * lease as it is.
   *
   * @param id the fetch
   * @param holder the flight that claims it
   * @param time how long the lease lasts, at least 10 ms
   * @return what became of the claim
   */
  CompletionStage<Claim<K>> claim(FetchId<K> id, FetchScope holder, Duration time);

  /**
   * Takes a lease over from one that was observed: if that is still the fetch's lease, and has run
   * out or is an earlier incarnation's of the claimant's node. So a holder that renewed meanwhile
   * keeps it. The claimant gets a grant as well.
   *
   * @param id the fetch
   * @param holder the flight that claims it
   * @param observed the lease that was observed
   * @param time how long the lease lasts, at least 10 ms
   * @return what became of the claim
   */
  CompletionStage<Claim<K>> reclaim(
      FetchId<K> id, FetchScope holder, Lease<K> observed, Duration time);

  /**
   * Renews a lease, also one that has run out if nobody took it over, and with it the holder's
   * grant, unless the holder has left.
   *
   * @param lease the lease
   * @param time how long it lasts from now, at least 10 ms
   * @return what became of the lease
   */
  CompletionStage<Renewal<K>> renew(Lease<K> lease, Duration time);

  /**
   * Returns the lease of a fetch.
   *
   * @param id the fetch
   * @return the lease, which may have no time left; null if nobody has held the fetch, it has
   *     ended, or there is no such fetch
   */
  CompletionStage<@Nullable Lease<K>> lease(FetchId<K> id);

  /**
   * Completes a fetch by its lease, whose token decides: a lease that has run out is good as long
   * as nobody took it over. All grants end. A completion that is repeated is accepted again.
   *
   * @param lease the lease
   * @param end how the fetch ended
   * @param keep how long the record stays; zero for a hand-over: it stays for 10 seconds, and only
   *     for looks, while a join starts another fetch
   * @return whether the completion was accepted
   */
  CompletionStage<Completion<V>> complete(Lease<K> lease, FetchEnd<V> end, Duration keep);

  /**
   * Completes a fetch that nobody holds; one whose lease has run out counts as such, and its holder
   * is refused afterwards.
   *
   * @param id the fetch, which has not ended
   * @param end how the fetch ended
   * @param keep how long the record stays; zero as above
   * @return the record; fails with {@link FetchHeldException} if somebody holds the fetch
   */
  CompletionStage<FetchRecord<K, V>> complete(FetchId<K> id, FetchEnd<V> end, Duration keep);

  // ------------------------------------------------------------------------------------ grants

  /**
   * Notes that a flight waits for a fetch. Repeated, the newer info holds, from now.
   *
   * @param scope the flight
   * @param id the fetch, which has not ended
   * @param info for how long, and a label
   * @return the grant
   */
  CompletionStage<Grant<K>> grant(FetchScope scope, FetchId<K> id, GrantInfo info);

  /**
   * Takes a grant back. With the last one the fetch is given up in the same step, and may be
   * forgotten at once.
   *
   * @param scope whose grant
   * @param id the fetch
   * @return what became of the fetch
   */
  CompletionStage<LeaveResult> revoke(FetchScope scope, FetchId<K> id);

  /**
   * Moves grants from one scope to another, each in one step, with what is left of their time.
   *
   * @param from the flight that has them; a fetch that it has no grant of is skipped
   * @param to the flight that gets them
   * @param ids the fetches
   * @return completes when all are moved
   */
  CompletionStage<Void> transferGrants(FetchScope from, FetchScope to, Collection<FetchId<K>> ids);

  /**
   * Lists the grants of a scope, those included that have run out and are not forgotten yet.
   *
   * @param scope whose grants
   * @return grants, in no order
   */
  CompletionStage<List<Grant<K>>> grants(FetchScope scope);

  /**
   * Lists the grants of a scope that have not run out. None is of a fetch that has ended: with its
   * end a fetch loses its grants.
   *
   * @param scope whose grants
   * @return grants, in no order
   */
  CompletionStage<List<Grant<K>>> liveGrants(FetchScope scope);

  /**
   * Returns whether a scope has a grant of a fetch that has not run out.
   *
   * @param scope whose grant
   * @param id the fetch
   * @return true if so; false also if there is no such fetch
   */
  CompletionStage<Boolean> hasGrant(FetchScope scope, FetchId<K> id);

  /**
   * Lists the grants of a fetch.
   *
   * @param id the fetch
   * @return those that have not run out, in no order; none if there is no such fetch
   */
  CompletionStage<List<Grant<K>>> grantsOf(FetchId<K> id);

  /**
   * Removes every grant of a node, whichever its incarnation, and gives up each fetch of them that
   * nobody else has a grant of.
   *
   * @param nodeName the node's name, not blank
   * @return what was removed
   */
  CompletionStage<NodeReport> deleteNode(String nodeName);

  // ------------------------------------------------------------------------------------ events

  /**
   * Appends an event to a fetch, also to one that has ended. Events are numbered 1, 2, 3, … without
   * holes.
   *
   * @param id the fetch
   * @param request the event
   * @return the event; or, if an event that is still held has the same dedupe name, that one
   */
  CompletionStage<Appended<K>> append(FetchId<K> id, AppendRequest request);

  /**
   * Returns the events of a fetch after a sequence number, in order.
   *
   * @param id the fetch
   * @param sequence events up to this one, inclusive, are left out; 0 for all
   * @return events; fails with {@link EventsLostException} if some of them are no longer held
   */
  CompletionStage<List<LedgerEvent<K>>> eventsAfter(FetchId<K> id, long sequence);

  /**
   * Counts the events of one type up to a sequence number, inclusive.
   *
   * @param id the fetch
   * @param type the type, not blank
   * @param sequence the last event that counts
   * @return a number; fails with {@link EventsLostException} if it can no longer be known, because
   *     events after that number are no longer held either
   */
  CompletionStage<Long> countEventsThrough(FetchId<K> id, String type, long sequence);

  /**
   * Returns the latest events of a fetch, in order.
   *
   * @param id the fetch
   * @param limit at most as many; at least 1
   * @return events
   */
  CompletionStage<List<LedgerEvent<K>>> recentEvents(FetchId<K> id, int limit);

  /**
   * Returns those events of a fetch after a sequence number that wake, in order.
   *
   * @param id the fetch
   * @param sequence events up to this one, inclusive, are left out; 0 for all
   * @return events; fails with {@link EventsLostException} if some of them are no longer held
   */
  CompletionStage<List<LedgerEvent<K>>> wakeEventsAfter(FetchId<K> id, long sequence);

  /**
   * Notes up to which event those that wake have been dealt with. The number only grows: a smaller
   * one changes nothing.
   *
   * @param id the fetch
   * @param sequence the number
   * @return completes when it is noted
   */
  CompletionStage<Void> ackWake(FetchId<K> id, long sequence);

  // --------------------------------------------------------------- a cache's way, one step each

  /**
   * Takes a key's value; or else acquires a new fetch of it, or one that is registered; or takes a
   * fetch over whose lease has run out; or else gets a grant of the fetch that another runs. A
   * holder that repeats its join gets its own lease as it is.
   *
   * @param scope the flight that joins
   * @param key the key
   * @param options for how long, and whether to start a fetch in any case
   * @return what to do: {@code Value}, {@code Absent}, {@code Acquired} or {@code Held}
   */
  CompletionStage<JoinResult<K, V>> join(FetchScope scope, K key, JoinOptions options);

  /**
   * Looks how an awaited fetch stands, and renews the looker's grant for the time of its join.
   *
   * @param scope the flight that waits
   * @param awaited the fetch
   * @return what to do: anything but {@code Acquired}
   */
  CompletionStage<JoinResult<K, V>> look(FetchScope scope, FetchId<K> awaited);

  /**
   * Leaves a fetch that is waited for or run: the same as {@link #revoke}.
   *
   * @param scope the flight that leaves
   * @param id the fetch
   * @return {@code GivenUp} if a loader for it has to be cancelled, {@code RunOn} if others have a
   *     grant
   */
  CompletionStage<LeaveResult> leave(FetchScope scope, FetchId<K> id);

  /**
   * Deletes the record of a key, whatever it is, and notifies the other nodes.
   *
   * @param by the flight that invalidates it
   * @param key the key
   * @return completes when it has taken effect
   */
  CompletionStage<Void> invalidate(FetchScope by, K key);

  /**
   * Deletes all records in one step, and notifies the other nodes.
   *
   * @param by the flight that invalidates them
   * @return completes when it has taken effect
   */
  CompletionStage<Void> invalidateAll(FetchScope by);

  /**
   * Puts a value in place of a key's record, whatever it is; for the other nodes that is an
   * invalidation.
   *
   * @param by the flight that puts it
   * @param key the key
   * @param value the value
   * @param keep how long it stays; zero as for {@link #complete(Lease, FetchEnd, Duration)}
   * @return completes when it has taken effect
   */
  CompletionStage<Void> put(FetchScope by, K key, V value, Duration keep);

  /**
   * Has a listener notified of what other nodes do, in order, also after an outage.
   *
   * @param node the listener's own node: what it does itself is left out
   * @param listener is notified
   * @return the attachment, to be closed
   */
  LedgerFeed listen(NodeIdentity node, FeedListener<K> listener);

  /**
   * Closes the ledger and its feeds. Calls afterwards fail with {@link LedgerUnavailableException},
   * and a listener is never attached. A second close does nothing.
   */
  @Override
  void close();
}
