package dev.slipstream.ledger.contract;

import dev.slipstream.ledger.FetchLedger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What every engine has to keep. A subclass makes a ledger and lets its time pass. */
public abstract class FetchLedgerContract
    implements JoinContract,
        LeaseContract,
        GrantContract,
        EventContract,
        RegistryContract,
        RecordedContract,
        FeedContract,
        ArgumentContract {
  private FetchLedger<String, String> ledger;

  /** Makes an empty ledger. */
  protected abstract FetchLedger<String, String> create() throws Exception;

  @BeforeEach
  final void open() throws Exception {
    ledger = create();
  }

  @AfterEach
  final void close() {
    ledger.close();
  }

  @Override
  public final FetchLedger<String, String> ledger() {
    return ledger;
  }
}
