package dev.slipstream.ledger;

/**
 * What became of a claim of a lease.
 *
 * @param <K> the type of keys
 */
public sealed interface Claim<K> {
  /**
   * The claimant has the lease, and a grant.
   *
   * @param lease the lease
   * @param takenOver whether it was another's that had run out
   * @param <K> the type of keys
   */
  record Acquired<K>(Lease<K> lease, boolean takenOver) implements Claim<K> {}

  /**
   * Another has the lease.
   *
   * @param by that lease
   * @param <K> the type of keys
   */
  record Held<K>(Lease<K> by) implements Claim<K> {}

  /**
   * The fetch has ended.
   *
   * @param id the fetch
   * @param <K> the type of keys
   */
  record Ended<K>(FetchId<K> id) implements Claim<K> {}
}
