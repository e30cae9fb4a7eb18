package dev.slipstream.ledger;

/**
 * What became of a lease that was to be renewed.
 *
 * @param <K> the type of keys
 */
public sealed interface Renewal<K> {
  /**
   * The lease lasts for the time asked for, from now.
   *
   * @param lease the lease
   * @param wanting how many grants the fetch has, the holder's included
   * @param <K> the type of keys
   */
  record Renewed<K>(Lease<K> lease, int wanting) implements Renewal<K> {}

  /**
   * The lease is no longer the holder's: it was taken over, or the fetch was invalidated, given up
   * by another or completed. A completion with it will be refused.
   *
   * @param <K> the type of keys
   */
  record Lost<K>() implements Renewal<K> {}

  /**
   * Nobody waits for the fetch: this renewal found no grant and gave it up.
   *
   * @param <K> the type of keys
   */
  record GivenUp<K>() implements Renewal<K> {}

  /**
   * The fetch is to be abandoned; the lease was not renewed. The holder should stop and complete
   * the fetch as {@link FetchEnd.Abandoned}.
   *
   * @param request the party that asked, and why
   * @param <K> the type of keys
   */
  record AbandonRequested<K>(AbandonRequest request) implements Renewal<K> {}
}
