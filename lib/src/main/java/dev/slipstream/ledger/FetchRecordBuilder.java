package dev.slipstream.ledger;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link FetchRecord}. It is for one thread.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class FetchRecordBuilder<K, V> {
  final FetchId<K> id;
  FetchState state = FetchState.REGISTERED;
  @Nullable FetchEnd<V> end;
  @Nullable Lease<K> lease;
  Instant registeredAt = Instant.now();
  @Nullable Instant endedAt;
  @Nullable Started started;
  @Nullable ExternalRef externalRef;
  @Nullable WaitState waitState;
  @Nullable AbandonRequest abandonRequest;
  long lastSequence;
  long ackedSequence;

  FetchRecordBuilder(FetchId<K> id) {
    this.id = Objects.requireNonNull(id, "id");
    if (id.number() == 0) {
      throw new IllegalArgumentException("a record is of one fetch: give its number, not 0");
    }
  }

  /**
   * Sets how the fetch stands.
   *
   * @param state how the fetch stands
   * @return this
   */
  public FetchRecordBuilder<K, V> state(FetchState state) {
    this.state = Objects.requireNonNull(state, "state");
    return this;
  }

  /**
   * Sets how it ended.
   *
   * @param end how it ended; null if it has not ended
   * @return this
   */
  public FetchRecordBuilder<K, V> end(@Nullable FetchEnd<V> end) {
    this.end = end;
    return this;
  }

  /**
   * Sets the lease it is held by, which may have no time left.
   *
   * @param lease the lease it is held by, which may have no time left; null if nobody ever held it,
   *     or it has ended
   * @return this
   */
  public FetchRecordBuilder<K, V> lease(@Nullable Lease<K> lease) {
    this.lease = lease;
    return this;
  }

  /**
   * Sets when it was registered or first joined, by the ledger's clock.
   *
   * @param registeredAt when it was registered or first joined, by the ledger's clock
   * @return this
   */
  public FetchRecordBuilder<K, V> registeredAt(Instant registeredAt) {
    this.registeredAt = Objects.requireNonNull(registeredAt, "registeredAt");
    return this;
  }

  /**
   * Sets when it ended, by the ledger's clock.
   *
   * @param endedAt when it ended, by the ledger's clock; null if it has not ended
   * @return this
   */
  public FetchRecordBuilder<K, V> endedAt(@Nullable Instant endedAt) {
    this.endedAt = endedAt;
    return this;
  }

  /**
   * Sets which party first started its work.
   *
   * @param started the party; null if none was noted
   * @return this
   */
  public FetchRecordBuilder<K, V> started(@Nullable Started started) {
    this.started = started;
    return this;
  }

  /**
   * Sets what it is called in another system.
   *
   * @param externalRef what it is called in another system; null if it has no such name
   * @return this
   */
  public FetchRecordBuilder<K, V> externalRef(@Nullable ExternalRef externalRef) {
    this.externalRef = externalRef;
    return this;
  }

  /**
   * Sets what it waits for.
   *
   * @param waitState what it waits for; null if nothing was noted
   * @return this
   */
  public FetchRecordBuilder<K, V> waitState(@Nullable WaitState waitState) {
    this.waitState = waitState;
    return this;
  }

  /**
   * Sets the request that it be abandoned.
   *
   * @param abandonRequest the request; null if there is none
   * @return this
   */
  public FetchRecordBuilder<K, V> abandonRequest(@Nullable AbandonRequest abandonRequest) {
    this.abandonRequest = abandonRequest;
    return this;
  }

  /**
   * Sets the number of its last event.
   *
   * @param lastSequence the number of its last event; 0 if it has none
   * @return this
   */
  public FetchRecordBuilder<K, V> lastSequence(long lastSequence) {
    this.lastSequence = Arguments.notNegative(lastSequence, "lastSequence");
    return this;
  }

  /**
   * Sets the number up to which its waking events were acknowledged.
   *
   * @param ackedSequence the number up to which its waking events were acknowledged; 0 if none was
   * @return this
   */
  public FetchRecordBuilder<K, V> ackedSequence(long ackedSequence) {
    this.ackedSequence = Arguments.notNegative(ackedSequence, "ackedSequence");
    return this;
  }

  /**
   * Returns the record.
   *
   * @return a record
   */
  public FetchRecord<K, V> build() {
    return new FetchRecord<>(this);
  }
}
