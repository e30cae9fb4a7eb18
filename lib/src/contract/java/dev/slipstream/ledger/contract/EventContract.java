package dev.slipstream.ledger.contract;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.failureOf;
import static dev.slipstream.ledger.contract.LedgerScene.newest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.AppendRequest;
import dev.slipstream.ledger.Appended;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.LedgerEvent;
import dev.slipstream.ledger.UnknownFetchException;
import dev.slipstream.watch.EventsLostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The events of a fetch. */
interface EventContract extends LedgerScene {
  private LedgerEvent<String> append(FetchId<String> id, String type) {
    return await(ledger().append(id, AppendRequest.of(type, "of " + type))).event();
  }

  private List<LedgerEvent<String>> after(FetchId<String> id, long sequence) {
    return await(ledger().eventsAfter(id, sequence));
  }

  @Test
  default void eventsAreNumberedWithoutHoles() {
    FetchId<String> id = register(KEY).id();

    LedgerEvent<String> first = append(newest(KEY), "a");
    LedgerEvent<String> second = append(id, "b");

    assertThat(first.id()).isEqualTo(id);
    assertThat(first.sequence()).isEqualTo(1);
    assertThat(first.type()).isEqualTo("a");
    assertThat(first.payload()).isEqualTo("of a");
    assertThat(first.wakes()).isFalse();
    assertThat(second.sequence()).isEqualTo(2);
    assertThat(second.at()).isAfterOrEqualTo(first.at());
    assertThat(after(id, 0)).containsExactly(first, second);
    assertThat(after(id, 1)).containsExactly(second);
    assertThat(after(id, 2)).isEmpty();
    assertThat(after(id, 99)).isEmpty();
    assertThat(find(KEY).lastSequence()).isEqualTo(2);
  }

  @Test
  default void aPayloadMayBeMissing() {
    FetchId<String> id = register(KEY).id();

    Appended<String> appended =
        await(ledger().append(id, new AppendRequest("a", null, false, null)));

    assertThat(appended.event().payload()).isNull();
    assertThat(after(id, 0)).containsExactly(appended.event());
  }

  @Test
  default void aRepeatedDedupeNameGivesTheEventThatIsThere() {
    FetchId<String> id = register(KEY).id();
    AppendRequest request = new AppendRequest("a", "1", false, "once");
    Appended<String> first = await(ledger().append(id, request));
    append(id, "b");

    Appended<String> second =
        await(ledger().append(id, new AppendRequest("other", "2", true, "once")));

    assertThat(first.repeated()).isFalse();
    assertThat(second).isEqualTo(new Appended<>(first.event(), true));
    assertThat(find(KEY).lastSequence()).isEqualTo(2);
  }

  @Test
  default void eventsOfAnEndedFetchCanBeAppendedUntilItIsPruned() {
    Lease<String> lease = acquire(A);
    append(lease.id(), "started");
    succeed(lease, "value");

    assertThat(append(lease.id(), "ended").sequence()).isEqualTo(2);
    assertThat(await(ledger().pruneTerminal(Duration.ZERO)).events()).isEqualTo(2);
    assertThat(failureOf(ledger().append(lease.id(), AppendRequest.of("late", ""))))
        .isInstanceOf(UnknownFetchException.class);
  }

  @Test
  default void theEventsOfAnUnknownFetchAreRefused() {
    FetchId<String> id = newest(KEY);

    for (CompletionStage<?> stage :
        List.of(
            ledger().append(id, AppendRequest.of("a", "")),
            ledger().eventsAfter(id, 0),
            ledger().countEventsThrough(id, "a", 1),
            ledger().recentEvents(id, 1),
            ledger().wakeEventsAfter(id, 0),
            ledger().ackWake(id, 1))) {
      assertThat(failureOf(stage)).isInstanceOf(UnknownFetchException.class);
    }
  }

  @Test
  default void eventsGoWithTheirFetch() {
    FetchId<String> id = register(KEY).id();
    append(id, "a");
    invalidate(A);
    FetchId<String> next = register(KEY).id();

    assertThat(after(next, 0)).isEmpty();
    assertThat(append(next, "b").sequence()).isEqualTo(1);
  }

  @Test
  default void eventsAreCountedByType() {
    FetchId<String> id = register(KEY).id();
    for (String type : List.of("a", "b", "a", "a")) {
      append(id, type);
    }

    assertThat(await(ledger().countEventsThrough(id, "a", 0))).isZero();
    assertThat(await(ledger().countEventsThrough(id, "a", 3))).isEqualTo(2);
    assertThat(await(ledger().countEventsThrough(id, "a", 99))).isEqualTo(3);
    assertThat(await(ledger().countEventsThrough(id, "c", 99))).isZero();
  }

  @Test
  default void theRecentEventsAreTheLatestInOrder() {
    FetchId<String> id = register(KEY).id();
    assertThat(await(ledger().recentEvents(id, 5))).isEmpty();
    append(id, "a");
    LedgerEvent<String> second = append(id, "b");
    LedgerEvent<String> third = append(id, "c");

    assertThat(await(ledger().recentEvents(id, 2))).containsExactly(second, third);
    assertThat(await(ledger().recentEvents(id, 99))).hasSize(3);
  }

  @Test
  default void wakeEventsAreThoseThatWake() {
    FetchId<String> id = register(KEY).id();
    append(id, "a");
    LedgerEvent<String> wake =
        await(ledger().append(id, new AppendRequest("b", null, true, null))).event();

    assertThat(wake.wakes()).isTrue();
    assertThat(await(ledger().wakeEventsAfter(id, 0))).containsExactly(wake);
    assertThat(await(ledger().wakeEventsAfter(id, 2))).isEmpty();
  }

  @Test
  default void anAcknowledgementOnlyGoesForward() {
    FetchId<String> id = register(KEY).id();
    append(id, "a");
    append(id, "b");
    assertThat(find(KEY).ackedSequence()).isZero();

    Void first = await(ledger().ackWake(id, 2));
    Void second = await(ledger().ackWake(id, 1));

    assertThat(find(KEY).ackedSequence()).isEqualTo(2);
  }

  @Test
  default void ofMoreThanAThousandEventsTheFirstAreLost() {
    FetchId<String> id = register(KEY).id();
    List<CompletionStage<Appended<String>>> appends = new ArrayList<>();
    for (int i = 0; i < 1_005; i++) {
      appends.add(ledger().append(id, new AppendRequest("a", null, true, "event " + i)));
    }
    appends.forEach(LedgerScene::await);

    EventsLostException lost = (EventsLostException) failureOf(ledger().eventsAfter(id, 2));
    assertThat(lost.from()).isEqualTo(3);
    assertThat(lost.to()).isEqualTo(5);
    assertThat(failureOf(ledger().wakeEventsAfter(id, 0))).isInstanceOf(EventsLostException.class);
    assertThat(failureOf(ledger().countEventsThrough(id, "a", 4)))
        .isInstanceOf(EventsLostException.class);
    assertThat(await(ledger().countEventsThrough(id, "a", 5))).isEqualTo(5);
    assertThat(await(ledger().countEventsThrough(id, "a", 1_005))).isEqualTo(1_005);
    assertThat(after(id, 5)).hasSize(1_000);
    assertThat(await(ledger().recentEvents(id, 2_000))).hasSize(1_000);
    assertThat(
            await(ledger().append(id, new AppendRequest("a", null, true, "event 2")))
                .event()
                .sequence())
        .as("what is lost is not there to be repeated")
        .isEqualTo(1_006);
    assertThat(
            await(ledger().append(id, new AppendRequest("a", null, true, "event 900"))).repeated())
        .isTrue();
  }
}
