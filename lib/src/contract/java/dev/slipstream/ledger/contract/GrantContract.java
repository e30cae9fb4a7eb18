package dev.slipstream.ledger.contract;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.failureOf;
import static dev.slipstream.ledger.contract.LedgerScene.newest;
import static dev.slipstream.ledger.contract.LedgerScene.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.FetchEndedException;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.Grant;
import dev.slipstream.ledger.GrantInfo;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.LeaveResult;
import dev.slipstream.ledger.NodeIdentity;
import dev.slipstream.ledger.NodeReport;
import dev.slipstream.ledger.Renewal;
import dev.slipstream.ledger.UnknownFetchException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The grants: which flights wait for a fetch. */
interface GrantContract extends LedgerScene {
  GrantInfo INFO = new GrantInfo("a label", Duration.ofMinutes(5));

  private Grant<String> grant(FetchScope scope, FetchId<String> id) {
    return await(ledger().grant(scope, id, INFO));
  }

  private LeaveResult revoke(FetchScope scope, FetchId<String> id) {
    return await(ledger().revoke(scope, id));
  }

  @Test
  default void aGrantIsThereUntilItRunsOut() {
    FetchId<String> id = register(KEY).id();

    Grant<String> grant = grant(A, newest(KEY));

    assertThat(grant).isEqualTo(new Grant<>(A, id, INFO));
    assertThat(await(ledger().hasGrant(A, id))).isTrue();
    assertThat(await(ledger().hasGrant(B, id))).isFalse();
    assertThat(await(ledger().grantsOf(id))).containsExactly(grant);
    elapse(INFO.time().plusMillis(10));
    assertThat(await(ledger().hasGrant(A, id))).isFalse();
    assertThat(await(ledger().grantsOf(id))).isEmpty();
  }

  @Test
  default void ofARepeatedGrantTheNewerInfoHolds() {
    FetchId<String> id = register(KEY).id();
    grant(A, id);
    GrantInfo newer = new GrantInfo(null, Duration.ofMinutes(1));

    Grant<String> grant = await(ledger().grant(A, id, newer));

    assertThat(await(ledger().grantsOf(id))).containsExactly(grant);
    assertThat(grant.info()).isEqualTo(newer);
    elapse(Duration.ofMinutes(2));
    assertThat(await(ledger().hasGrant(A, id))).isFalse();
  }

  @Test
  default void anEndedOrUnknownFetchIsNotGranted() {
    assertThat(failureOf(ledger().grant(A, newest(KEY), INFO)))
        .isInstanceOf(UnknownFetchException.class);
    succeed(acquire(A), "value");

    assertThat(failureOf(ledger().grant(B, newest(KEY), INFO)))
        .isInstanceOf(FetchEndedException.class);
  }

  @Test
  default void anEndDropsAllGrants() {
    Lease<String> lease = acquire(A);
    grant(B, lease.id());
    succeed(lease, "value");

    assertThat(await(ledger().grants(B))).isEmpty();
    assertThat(await(ledger().hasGrant(A, lease.id()))).isFalse();
    assertThat(revoke(B, lease.id())).isEqualTo(new LeaveResult.NothingThere());
    assertThat(find(KEY)).isNotNull();
  }

  @Test
  default void theLastOneOutGivesTheFetchUp() {
    Lease<String> lease = acquire(A);
    hold(B);

    assertThat(await(ledger().leave(B, lease.id()))).isEqualTo(new LeaveResult.RunOn(1));
    assertThat(await(ledger().leave(A, lease.id()))).isEqualTo(new LeaveResult.GivenUp());
    assertThat(find(KEY)).isNull();
    assertThat(join(C)).isInstanceOf(JoinResult.Acquired.class);
  }

  @Test
  default void theOwnerLeavesAndTheFetchRunsOnForTheOthers() {
    Lease<String> lease = acquire(A);
    hold(B);
    hold(C);

    assertThat(await(ledger().leave(A, lease.id()))).isEqualTo(new LeaveResult.RunOn(2));

    assertThat(succeed(lease, "value").getClass().getSimpleName()).isEqualTo("Accepted");
    assertThat(look(B, lease.id())).isInstanceOf(JoinResult.Value.class);
  }

  @Test
  default void revokingTheLastGrantOfARegisteredFetchGivesItUp() {
    FetchId<String> id = register(KEY).id();
    grant(A, id);
    grant(B, id);

    assertThat(revoke(A, id)).isEqualTo(new LeaveResult.RunOn(1));
    assertThat(revoke(B, id)).isEqualTo(new LeaveResult.GivenUp());
    assertThat(find(KEY)).isNull();
  }

  @Test
  default void whoHasNoGrantRevokesNothing() {
    Lease<String> lease = acquire(A);

    assertThat(revoke(B, lease.id())).isEqualTo(new LeaveResult.NothingThere());
    assertThat(revoke(B, newest("other"))).isEqualTo(new LeaveResult.NothingThere());
    assertThat(find(KEY)).isNotNull();
    assertThat(await(ledger().hasGrant(A, lease.id()))).isTrue();
  }

  @Test
  default void aGrantThatHasRunOutIsNoneToRevoke() {
    FetchId<String> id = register(KEY).id();
    grant(A, id);
    elapse(INFO.time().plusMillis(10));

    assertThat(revoke(A, id)).isEqualTo(new LeaveResult.NothingThere());
    assertThat(find(KEY)).isNotNull();
  }

  @Test
  default void aGrantThatHasRunOutKeepsNoFetchAlive() {
    Lease<String> lease = acquire(A);
    hold(B);
    elapse(Duration.ofSeconds(2));
    assertThat(await(ledger().renew(lease, LEASE))).isInstanceOf(Renewal.Renewed.class);
    elapse(Duration.ofSeconds(2)); // the waiter's has run out, the holder's has not

    assertThat(await(ledger().leave(A, lease.id()))).isEqualTo(new LeaveResult.GivenUp());
  }

  @Test
  default void aLeaveOfAnOlderFetchTouchesNoNewerOne() {
    Lease<String> old = acquire(A);
    invalidate(B);
    Lease<String> lease = acquire(A);

    assertThat(await(ledger().leave(A, old.id()))).isEqualTo(new LeaveResult.NothingThere());
    assertThat(await(ledger().hasGrant(A, lease.id()))).isTrue();
  }

  @Test
  default void grantsListsWhatHasRunOutAndLiveGrantsDoesNot() {
    FetchId<String> one = register("one").id();
    FetchId<String> two = register("two").id();
    Grant<String> first = grant(A, one);
    GrantInfo brief = new GrantInfo("brief", Duration.ofSeconds(1));
    Grant<String> second = await(ledger().grant(A, two, brief));
    grant(B, two);
    elapse(Duration.ofSeconds(2));

    assertThat(await(ledger().grants(A))).containsExactlyInAnyOrder(first, second);
    assertThat(await(ledger().liveGrants(A))).containsExactly(first);
  }

  @Test
  default void whoJoinedHasAGrant() {
    Lease<String> lease = record(A, KEY);
    hold(B);

    assertThat(await(ledger().liveGrants(B)))
        .singleElement()
        .satisfies(grant -> assertThat(grant.id()).isEqualTo(lease.id()));
    assertThat(await(ledger().grantsOf(lease.id())))
        .extracting(Grant::scope)
        .containsExactlyInAnyOrder(A, B);
  }

  @Test
  default void grantsAreTransferredWithTheirTimeAndOthersAreSkipped() {
    FetchId<String> one = register("one").id();
    FetchId<String> two = register("two").id();
    FetchId<String> three = register("three").id();
    grant(A, one);
    grant(A, two);
    grant(C, three);
    elapse(Duration.ofMinutes(4));

    Void ignored =
        await(ledger().transferGrants(A, B, List.of(one, two, three, newest("unknown"))));

    assertThat(await(ledger().liveGrants(A))).isEmpty();
    assertThat(await(ledger().liveGrants(B)))
        .containsExactlyInAnyOrder(new Grant<>(B, one, INFO), new Grant<>(B, two, INFO));
    assertThat(await(ledger().hasGrant(C, three))).isTrue();
    elapse(Duration.ofMinutes(2));
    assertThat(await(ledger().liveGrants(B))).as("not longer than before").isEmpty();
  }

  @Test
  default void aTransferToOneselfChangesNothing() {
    FetchId<String> id = register(KEY).id();
    Grant<String> grant = grant(A, id);

    Void ignored = await(ledger().transferGrants(A, A, List.of(id)));

    assertThat(await(ledger().grantsOf(id))).containsExactly(grant);
  }

  @Test
  default void aRenewalDoesNotBringBackAGrantThatTheHolderTransferred() {
    Lease<String> lease = acquire(A);
    Void ignored = await(ledger().transferGrants(A, scope("a", 2), List.of(lease.id())));

    assertThat(await(ledger().renew(lease, LEASE))).isInstanceOf(Renewal.Renewed.class);

    assertThat(await(ledger().leave(scope("a", 2), lease.id())))
        .isEqualTo(new LeaveResult.GivenUp());
  }

  @Test
  default void aDeletedNodesGrantsAreGoneAndWhatNobodyElseHasAGrantOfIsGivenUp() {
    Lease<String> shared = record(A, KEY);
    hold(B);
    Lease<String> alone = record(A, "alone");
    FetchScope earlier = new FetchScope(new NodeIdentity("a", "0"), 9);
    FetchId<String> registered = register("registered").id();
    grant(earlier, registered);
    register("unwanted");

    NodeReport report = await(ledger().deleteNode("a"));

    assertThat(report).isEqualTo(new NodeReport(3, 2));
    assertThat(find("alone")).isNull();
    assertThat(find("registered")).isNull();
    assertThat(find("unwanted")).as("it had no grant of that node").isNotNull();
    assertThat(await(ledger().grantsOf(shared.id()))).extracting(Grant::scope).containsExactly(B);
    assertThat(await(ledger().renew(alone, LEASE))).isEqualTo(new Renewal.Lost<>());
    assertThat(await(ledger().deleteNode("a"))).isEqualTo(new NodeReport(0, 0));
  }

  @Test
  default void theGrantsOfAnUnknownFetchAreNone() {
    assertThat(await(ledger().grantsOf(newest(KEY)))).isEmpty();
    assertThat(await(ledger().hasGrant(A, newest(KEY)))).isFalse();
    assertThat(await(ledger().grants(A))).isEmpty();
  }
}
