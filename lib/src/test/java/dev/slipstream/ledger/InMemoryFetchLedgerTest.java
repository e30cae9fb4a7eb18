package dev.slipstream.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.contract.FetchLedgerContract;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The in-memory ledger keeps the contract. */
class InMemoryFetchLedgerTest extends FetchLedgerContract {
  private final AtomicLong nanos =
      new AtomicLong(Long.MAX_VALUE - 1_000); // it overflows on the way

  @Override
  protected FetchLedger<String, String> create() {
    return InMemoryFetchLedger.create(nanos::get);
  }

  @Override
  public void elapse(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void nothingSurvivesTheProcess() {
    assertThat(ledger().durability()).isEqualTo(DurabilityTier.PROCESS);
  }
}
