package dev.slipstream.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a ledger knows of a fetch at one moment.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class FetchRecord<K, V> {
  private final FetchId<K> id;
  private final FetchState state;
  private final @Nullable FetchEnd<V> end;
  private final @Nullable Lease<K> lease;
  private final Instant registeredAt;
  private final @Nullable Instant endedAt;
  private final @Nullable Started started;
  private final @Nullable ExternalRef externalRef;
  private final @Nullable WaitState waitState;
  private final @Nullable AbandonRequest abandonRequest;
  private final long lastSequence;
  private final long ackedSequence;

  FetchRecord(FetchRecordBuilder<K, V> builder) {
    this.id = builder.id;
    this.state = builder.state;
    this.end = builder.end;
    this.lease = builder.lease;
    this.registeredAt = builder.registeredAt;
    this.endedAt = builder.endedAt;
    this.started = builder.started;
    this.externalRef = builder.externalRef;
    this.waitState = builder.waitState;
    this.abandonRequest = builder.abandonRequest;
    this.lastSequence = builder.lastSequence;
    this.ackedSequence = builder.ackedSequence;
  }

  /**
   * Returns a builder of a record that is registered, now, and nothing else. It is intended for
   * implementations of {@link FetchLedger}.
   *
   * @param id the fetch; its number must not be 0
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return a builder
   */
  public static <K, V> FetchRecordBuilder<K, V> builder(FetchId<K> id) {
    return new FetchRecordBuilder<>(id);
  }

  /**
   * Returns which fetch it is.
   *
   * @return the key and the number, which is never 0
   */
  public FetchId<K> id() {
    return id;
  }

  /**
   * Returns how the fetch stands.
   *
   * @return the state
   */
  public FetchState state() {
    return state;
  }

  /**
   * Returns how it ended.
   *
   * @return the answer, or null if it has not ended
   */
  public @Nullable FetchEnd<V> end() {
    return end;
  }

  /**
   * Returns the lease it is held by, which may have no time left.
   *
   * @return the answer, or null if nobody ever held it, or it has ended
   */
  public @Nullable Lease<K> lease() {
    return lease;
  }

  /**
   * Returns when it was registered or first joined, by the ledger's clock.
   *
   * @return a time
   */
  public Instant registeredAt() {
    return registeredAt;
  }

  /**
   * Returns when it ended, by the ledger's clock.
   *
   * @return the answer, or null if it has not ended
   */
  public @Nullable Instant endedAt() {
    return endedAt;
  }

  /**
   * Returns which party first started its work.
   *
   * @return the answer, or null if nobody noted it
   */
  public @Nullable Started started() {
    return started;
  }

  /**
   * Returns what it is called in another system.
   *
   * @return the answer, or null if it has no such name
   */
  public @Nullable ExternalRef externalRef() {
    return externalRef;
  }

  /**
   * Returns what it waits for.
   *
   * @return the answer, or null if nothing was noted
   */
  public @Nullable WaitState waitState() {
    return waitState;
  }

  /**
   * Returns the request that it be abandoned.
   *
   * @return the answer, or null if nobody asked
   */
  public @Nullable AbandonRequest abandonRequest() {
    return abandonRequest;
  }

  /**
   * Returns the number of its last event.
   *
   * @return a number; 0 if it has none
   */
  public long lastSequence() {
    return lastSequence;
  }

  /**
   * Returns the number up to which its waking events were acknowledged.
   *
   * @return a number; 0 if none was
   */
  public long ackedSequence() {
    return ackedSequence;
  }

  /** Returns the id and the state, but not the value: it may be large, or secret. */
  @Override
  public String toString() {
    return "FetchRecord[id=" + id + ", state=" + state + "]";
  }
}
