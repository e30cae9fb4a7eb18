package dev.slipstream.ledger.contract;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.AppendRequest;
import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.FetchRecord;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.LedgerEvent;
import dev.slipstream.ledger.RecordFilter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fetches that are joined as recorded: they are listed, and their starts and ends are events. */
public interface RecordedContract extends LedgerScene {
  private List<String> events() {
    return await(ledger().eventsAfter(LedgerScene.newest(KEY), 0)).stream()
        .map(event -> event.sequence() + " " + event.type() + " " + event.payload())
        .toList();
  }

  @Test
  default void aRecordedFetchHasItsStartAndItsEndAsEvents() {
    Lease<String> lease = record(A, KEY);
    assertThat(events()).containsExactly("1 started a");

    succeed(lease, "value");

    assertThat(events()).containsExactly("1 started a", "2 ended SUCCEEDED");
    assertThat(await(ledger().eventsAfter(lease.id(), 0))).noneMatch(LedgerEvent::wakes);
  }

  @Test
  default void anEndHasTheNameOfTheState() {
    complete(record(A, "absent"), new FetchEnd.Absent<>());
    complete(record(A, "unshared"), new FetchEnd.Unshared<>());
    complete(record(A, "failed"), failure("no"));
    complete(record(A, "abandoned"), new FetchEnd.Abandoned<>("why"));

    for (String key : List.of("absent", "unshared", "failed", "abandoned")) {
      assertThat(await(ledger().recentEvents(LedgerScene.newest(key), 1)))
          .singleElement()
          .extracting(LedgerEvent::payload)
          .as(key)
          .isEqualTo(find(key).state().name());
    }
  }

  @Test
  default void aTakeoverIsAnotherStart() {
    Lease<String> first = record(A, KEY);
    elapse(LEASE.plusMillis(10));
    Lease<String> second = record(B, KEY);
    succeed(first, "late");
    succeed(second, "value");

    assertThat(events()).containsExactly("1 started a", "2 started b", "3 ended SUCCEEDED");
  }

  @Test
  default void oneThatHoldsOrFindsAValueStartsNothing() {
    Lease<String> lease = record(A, KEY);
    record(A, KEY);
    await(ledger().join(B, KEY, JoinOptions.of(LEASE).recording()));
    succeed(lease, "value");
    await(ledger().join(B, KEY, JoinOptions.of(LEASE).recording()));

    assertThat(events()).containsExactly("1 started a", "2 ended SUCCEEDED");
  }

  @Test
  default void aFetchThatIsNotRecordedHasNoEvents() {
    Lease<String> lease = acquire(A);
    succeed(lease, "value");

    assertThat(events()).isEmpty();
  }

  @Test
  default void theEventsOfANewFetchBeginAnew() {
    succeed(record(A, KEY), "value");
    invalidate(B);
    record(C, KEY);

    assertThat(events()).containsExactly("1 started c");
  }

  @Test
  default void anOperationOfTheRegistryListsWhatWasJoinedOnly() {
    Lease<String> lease = acquire(A);
    append("wake");

    assertThat(await(ledger().nonTerminal()))
        .extracting(FetchRecord::id)
        .containsExactly(lease.id());
    succeed(lease, "value");
    assertThat(await(ledger().list(RecordFilter.all())))
        .extracting(FetchRecord::id)
        .containsExactly(lease.id());
  }

  private void append(String type) {
    await(ledger().append(LedgerScene.newest(KEY), AppendRequest.of(type, "payload")));
  }
}
