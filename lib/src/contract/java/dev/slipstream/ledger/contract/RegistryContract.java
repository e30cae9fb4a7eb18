package dev.slipstream.ledger.contract;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.failureOf;
import static dev.slipstream.ledger.contract.LedgerScene.leaseOf;
import static dev.slipstream.ledger.contract.LedgerScene.newest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.AbandonRequest;
import dev.slipstream.ledger.ExternalRef;
import dev.slipstream.ledger.FetchEndedException;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchRecord;
import dev.slipstream.ledger.FetchRegistration;
import dev.slipstream.ledger.FetchState;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.PruneReport;
import dev.slipstream.ledger.RecordFilter;
import dev.slipstream.ledger.Started;
import dev.slipstream.ledger.UnknownFetchException;
import dev.slipstream.ledger.WaitState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Records, and what is noted in them. */
interface RegistryContract extends LedgerScene {
  ExternalRef REF = new ExternalRef("jobs", "7");

  @Test
  default void aRegisteredFetchIsFound() {
    assertThat(find(KEY)).isNull();

    FetchRecord<String, String> record =
        await(ledger().register(new FetchRegistration<>(KEY, REF)));

    assertThat(record.id().key()).isEqualTo(KEY);
    assertThat(record.id().number()).isPositive();
    assertThat(record.state()).isEqualTo(FetchState.REGISTERED);
    assertThat(record.externalRef()).isEqualTo(REF);
    assertThat(record.registeredAt()).isNotNull();
    assertThat(record.end()).isNull();
    assertThat(record.endedAt()).isNull();
    assertThat(record.lease()).isNull();
    assertThat(record.started()).isNull();
    assertThat(record.waitState()).isNull();
    assertThat(record.abandonRequest()).isNull();
    assertThat(record.lastSequence()).isZero();
    assertThat(record.ackedSequence()).isZero();
    assertThat(find(KEY).id()).isEqualTo(record.id());
    assertThat(find(KEY).registeredAt()).isEqualTo(record.registeredAt());
  }

  @Test
  default void aFetchThatHasNotEndedIsNotRegisteredAgain() {
    FetchId<String> id = register(KEY).id();
    assertThat(await(ledger().register(new FetchRegistration<>(KEY, REF))).id()).isEqualTo(id);
    Lease<String> lease = acquire(A);
    assertThat(register(KEY).state()).isEqualTo(FetchState.RUNNING);
    succeed(lease, "value");

    FetchRecord<String, String> next = register(KEY);

    assertThat(next.id().number()).isGreaterThan(id.number());
    assertThat(next.state()).isEqualTo(FetchState.REGISTERED);
    assertThat(next.end()).isNull();
  }

  @Test
  default void aRegisteredFetchStaysHoweverLongNobodyRunsIt() {
    FetchId<String> id = register(KEY).id();
    elapse(Duration.ofDays(30));
    claim(id, A);
    elapse(Duration.ofDays(30));

    assertThat(find(KEY).state()).isEqualTo(FetchState.RUNNING);
  }

  @Test
  default void anExternalReferenceIsReplaced() {
    FetchId<String> id = register(KEY).id();
    FetchRecord<String, String> ignored = await(ledger().setExternalRef(id, REF));
    ExternalRef other = new ExternalRef("jobs", "8");

    assertThat(await(ledger().setExternalRef(newest(KEY), other)).externalRef()).isEqualTo(other);
    assertThat(find(KEY).externalRef()).isEqualTo(other);
  }

  @Test
  default void theFirstNoteOfTheStartStands() {
    FetchId<String> id = register(KEY).id();
    Started first = new Started("a", null);

    assertThat(await(ledger().recordFirstStarted(id, first)).started()).isEqualTo(first);
    assertThat(await(ledger().recordFirstStarted(id, new Started("b", "x"))).started())
        .isEqualTo(first);
  }

  @Test
  default void aWaitIsNotedReplacedAndRemoved() {
    FetchId<String> id = register(KEY).id();
    WaitState first = new WaitState("lock", "7");
    WaitState second = new WaitState("queue", null);

    assertThat(await(ledger().setWait(id, first)).waitState()).isEqualTo(first);
    assertThat(await(ledger().setWait(id, second)).waitState()).isEqualTo(second);
    assertThat(await(ledger().clearWait(id)).waitState()).isNull();
    assertThat(await(ledger().clearWait(id)).waitState()).isNull();
  }

  @Test
  default void nothingIsNotedInAnEndedOrUnknownFetch() {
    for (CompletionStage<?> stage : notes(newest(KEY))) {
      assertThat(failureOf(stage)).isInstanceOf(UnknownFetchException.class);
    }
    Lease<String> lease = acquire(A);
    succeed(lease, "value");
    for (CompletionStage<?> stage : notes(lease.id())) {
      assertThat(failureOf(stage)).isInstanceOf(FetchEndedException.class);
    }
  }

  private List<CompletionStage<?>> notes(FetchId<String> id) {
    return List.of(
        ledger().setExternalRef(id, REF),
        ledger().recordFirstStarted(id, new Started("a", null)),
        ledger().setWait(id, new WaitState("lock", null)),
        ledger().clearWait(id),
        ledger().requestAbandon(id, new AbandonRequest("a", "why")));
  }

  @Test
  default void recordsAreListedByStateReferenceAndLimitOldestFirst() {
    FetchId<String> one = register("one").id();
    FetchId<String> two = await(ledger().register(new FetchRegistration<>("two", REF))).id();
    claim(two, A);
    FetchId<String> three = record(A, "three").id();
    succeed(record(A, "four"), "value");
    FetchId<String> four = find("four").id();
    RecordFilter all = RecordFilter.all();

    assertThat(ids(all)).containsExactly(one, two, three, four);
    assertThat(ids(all.limit(2))).containsExactly(one, two);
    assertThat(ids(all.states(FetchState.SUCCEEDED))).containsExactly(four);
    assertThat(ids(all.states(FetchState.REGISTERED, FetchState.RUNNING)))
        .containsExactly(one, two, three);
    assertThat(ids(all.externalRef(REF))).containsExactly(two);
    assertThat(ids(all.externalRef(REF).states(FetchState.FAILED))).isEmpty();
    assertThat(await(ledger().nonTerminal()))
        .extracting(FetchRecord::id)
        .containsExactly(one, two, three);
  }

  private List<FetchId<String>> ids(RecordFilter filter) {
    return await(ledger().list(filter)).stream().map(FetchRecord::id).toList();
  }

  @Test
  default void endedFetchesArePrunedByAge() {
    succeed(record(A, "old"), "value");
    elapse(Duration.ofSeconds(20));
    succeed(record(A, "new"), "value");
    register("registered");
    record(A, "running");

    assertThat(await(ledger().pruneTerminal(Duration.ofSeconds(30))))
        .isEqualTo(new PruneReport(0, 0));
    assertThat(await(ledger().pruneTerminal(Duration.ofSeconds(20))))
        .isEqualTo(new PruneReport(1, 2));
    assertThat(find("old")).isNull();
    assertThat(await(ledger().pruneTerminal(Duration.ZERO))).isEqualTo(new PruneReport(1, 2));
    assertThat(find("new")).isNull();
    assertThat(find("registered")).isNotNull();
    assertThat(find("running")).isNotNull();
  }

  @Test
  default void keysAreApart() {
    Lease<String> one = leaseOf(join(A, "one"));
    Lease<String> two = leaseOf(join(A, "two"));
    succeed(one, "1");

    assertThat(find("two").state()).isEqualTo(FetchState.RUNNING);
    assertThat(two.token()).isNotEqualTo(one.token());
  }
}
