package dev.slipstream.ledger.contract;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.failureOf;
import static dev.slipstream.ledger.contract.LedgerScene.leaseOf;
import static dev.slipstream.ledger.contract.LedgerScene.newest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.AbandonRequest;
import dev.slipstream.ledger.Claim;
import dev.slipstream.ledger.Completion;
import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.FetchEndedException;
import dev.slipstream.ledger.FetchHeldException;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchRecord;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.FetchState;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.LeaveResult;
import dev.slipstream.ledger.NodeIdentity;
import dev.slipstream.ledger.Renewal;
import dev.slipstream.ledger.UnknownFetchException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Claims, renewals and completions. */
interface LeaseContract extends LedgerScene {
  @Test
  default void aRegisteredFetchIsClaimedOnce() {
    FetchId<String> id = register(KEY).id();

    Claim<String> first = claim(id, A);
    Claim<String> second = claim(id, B);

    assertThat(first).isInstanceOf(Claim.Acquired.class);
    assertThat(((Claim.Acquired<String>) first).takenOver()).isFalse();
    assertThat(((Claim.Held<String>) second).by().holder()).isEqualTo(A);
    assertThat(((Claim.Held<String>) second).by().token()).isEqualTo(leaseOf(first).token());
  }

  @Test
  default void aRepeatedClaimOfTheHolderGivesItsOwnLease() {
    FetchId<String> id = register(KEY).id();

    assertThat(leaseOf(claim(id, A)).token()).isEqualTo(leaseOf(claim(id, A)).token());
  }

  @Test
  default void aClaimGrantsTheHolder() {
    FetchId<String> id = register(KEY).id();
    claim(id, A);

    elapse(Duration.ofMillis(3_400));
    assertThat(await(ledger().hasGrant(A, id))).isTrue();
    elapse(Duration.ofMillis(250));
    assertThat(await(ledger().hasGrant(A, id))).isFalse();
  }

  @Test
  default void aClaimOfALongerLeaseGrantsForLonger() {
    FetchId<String> id = register(KEY).id();
    Claim<String> ignored = await(ledger().claim(id, A, Duration.ofSeconds(10)));

    elapse(Duration.ofMillis(11_900));
    assertThat(await(ledger().hasGrant(A, id))).isTrue();
    elapse(Duration.ofMillis(300));
    assertThat(await(ledger().hasGrant(A, id))).isFalse();
  }

  @Test
  default void aClaimThatIsHeldGrantsNothing() {
    FetchId<String> id = register(KEY).id();
    claim(id, A);
    claim(id, B);

    assertThat(await(ledger().hasGrant(B, id))).isFalse();
  }

  @Test
  default void aLeaseThatHasRunOutIsClaimedAsATakeover() {
    FetchId<String> id = register(KEY).id();
    Lease<String> first = leaseOf(claim(id, A));
    elapse(LEASE.plusMillis(10));

    Claim<String> second = claim(id, B);

    assertThat(((Claim.Acquired<String>) second).takenOver()).isTrue();
    assertThat(leaseOf(second).token()).isGreaterThan(first.token());
    assertThat(await(ledger().renew(first, LEASE))).isEqualTo(new Renewal.Lost<>());
  }

  @Test
  default void anEndedFetchIsNotClaimed() {
    Lease<String> lease = acquire(A);
    succeed(lease, "value");

    assertThat(claim(lease.id(), B)).isEqualTo(new Claim.Ended<>(lease.id()));
    assertThat(await(ledger().reclaim(lease.id(), B, lease, LEASE)))
        .isEqualTo(new Claim.Ended<>(lease.id()));
  }

  @Test
  default void anUnknownFetchIsNotClaimed() {
    FetchId<String> old = register(KEY).id();
    invalidate(B);

    assertThat(failureOf(ledger().claim(old, A, LEASE)))
        .isInstanceOf(UnknownFetchException.class)
        .hasMessageContaining(KEY);
    Lease<String> lease = acquire(A);
    assertThat(failureOf(ledger().claim(old, A, LEASE)))
        .as("an older number")
        .isInstanceOf(UnknownFetchException.class);
    assertThat(failureOf(ledger().claim(new FetchId<>(KEY, lease.id().number() + 1), A, LEASE)))
        .as("a number that never was")
        .isInstanceOf(UnknownFetchException.class);
    assertThat(claim(newest(KEY), B)).as("0 is the newest").isInstanceOf(Claim.Held.class);
  }

  @Test
  default void aReclaimTakesOverFromTheObservedLeaseOnceItHasRunOut() {
    Lease<String> lease = acquire(A);
    assertThat(await(ledger().reclaim(lease.id(), B, lease, LEASE))).isInstanceOf(Claim.Held.class);
    elapse(LEASE.plusMillis(10));

    Claim<String> claim = await(ledger().reclaim(lease.id(), B, lease, LEASE));

    assertThat(((Claim.Acquired<String>) claim).takenOver()).isTrue();
    assertThat(await(ledger().hasGrant(B, lease.id()))).isTrue();
    assertThat(succeed(lease, "late")).isInstanceOf(Completion.Fenced.class);
  }

  @Test
  default void aReclaimFromAnotherLeaseThanTheObservedOneIsHeld() {
    Lease<String> first = acquire(A);
    elapse(LEASE.plusMillis(10));
    Lease<String> second = acquire(B);
    elapse(LEASE.plusMillis(10));

    Claim<String> claim = await(ledger().reclaim(first.id(), C, first, LEASE));

    assertThat(((Claim.Held<String>) claim).by().token()).isEqualTo(second.token());
  }

  @Test
  default void aReclaimTakesOverFromAnEarlierIncarnationOfItsNodeAtOnce() {
    Lease<String> lease = acquire(A);
    FetchScope restarted = new FetchScope(new NodeIdentity("a", "2"), 1);
    FetchScope sameRun = LedgerScene.scope("a", 2);

    assertThat(await(ledger().reclaim(lease.id(), sameRun, lease, LEASE)))
        .isInstanceOf(Claim.Held.class);
    assertThat(await(ledger().reclaim(lease.id(), restarted, lease, LEASE)))
        .isInstanceOf(Claim.Acquired.class);
  }

  @Test
  default void aRenewalExtendsTheLeaseAndCountsTheGrants() {
    Lease<String> lease = acquire(A);
    hold(B);
    elapse(Duration.ofSeconds(2));

    Renewal<String> renewal = await(ledger().renew(lease, LEASE));

    Renewal.Renewed<String> renewed = (Renewal.Renewed<String>) renewal;
    assertThat(renewed.wanting()).isEqualTo(2);
    assertThat(renewed.lease().token()).isEqualTo(lease.token());
    assertThat(renewed.lease().left()).isGreaterThan(Duration.ofSeconds(2));
    elapse(Duration.ofSeconds(2));
    assertThat(join(C)).isInstanceOf(JoinResult.Held.class);
  }

  @Test
  default void aLeaseThatHasRunOutIsRenewedWhileNobodyTookIt() {
    Lease<String> lease = acquire(A);
    elapse(LEASE.plusMillis(10));

    assertThat(await(ledger().renew(lease, LEASE))).isInstanceOf(Renewal.Renewed.class);
    assertThat(join(B)).isInstanceOf(JoinResult.Held.class);
  }

  @Test
  default void aRenewalRenewsTheHoldersGrant() {
    Lease<String> lease = acquire(A);
    elapse(Duration.ofSeconds(5));

    assertThat(await(ledger().renew(lease, LEASE))).isInstanceOf(Renewal.Renewed.class);

    elapse(Duration.ofSeconds(3));
    assertThat(await(ledger().hasGrant(A, lease.id()))).isTrue();
  }

  @Test
  default void aRenewalDoesNotBringBackAGrantThatTheHolderGaveBack() {
    Lease<String> lease = acquire(A);
    hold(B);
    assertThat(await(ledger().leave(A, lease.id()))).isEqualTo(new LeaveResult.RunOn(1));

    Renewal<String> renewal = await(ledger().renew(lease, LEASE));

    assertThat(((Renewal.Renewed<String>) renewal).wanting()).isEqualTo(1);
    assertThat(await(ledger().hasGrant(A, lease.id()))).isFalse();
  }

  @Test
  default void aRenewalThatFindsNobodyGivesTheFetchUp() {
    Lease<String> lease = acquire(A);
    hold(B);
    LeaveResult left = await(ledger().leave(A, lease.id()));
    elapse(Duration.ofSeconds(4)); // the waiter died

    assertThat(left).isEqualTo(new LeaveResult.RunOn(1));
    assertThat(await(ledger().renew(lease, LEASE))).isEqualTo(new Renewal.GivenUp<>());
    assertThat(find(KEY)).isNull();
    assertThat(await(ledger().renew(lease, LEASE))).isEqualTo(new Renewal.Lost<>());
  }

  @Test
  default void aFetchThatAnothersLeaveGaveUpIsLostToItsHolder() {
    Lease<String> lease = acquire(A);
    hold(B);
    assertThat(await(ledger().leave(A, lease.id()))).isEqualTo(new LeaveResult.RunOn(1));
    assertThat(await(ledger().leave(B, lease.id()))).isEqualTo(new LeaveResult.GivenUp());

    assertThat(await(ledger().renew(lease, LEASE))).isEqualTo(new Renewal.Lost<>());
  }

  @Test
  default void theHolderGetsAnAbandonRequestWithItsRenewal() {
    Lease<String> lease = acquire(A);
    AbandonRequest request = new AbandonRequest("operator", "too slow");
    FetchRecord<String, String> first = await(ledger().requestAbandon(lease.id(), request));
    FetchRecord<String, String> second =
        await(ledger().requestAbandon(lease.id(), new AbandonRequest("other", "later")));

    assertThat(first.abandonRequest()).isEqualTo(request);
    assertThat(second.abandonRequest()).as("the first stands").isEqualTo(request);
    assertThat(await(ledger().renew(lease, LEASE)))
        .isEqualTo(new Renewal.AbandonRequested<>(request));
    assertThat(complete(lease, new FetchEnd.Abandoned<>("too slow")))
        .isEqualTo(new Completion.Accepted<>(0));
    assertThat(find(KEY).state()).isEqualTo(FetchState.ABANDONED);
    assertThat(find(KEY).end()).isEqualTo(new FetchEnd.Abandoned<>("too slow"));
  }

  @Test
  default void theLeaseOfAFetchCanBeRead() {
    assertThat(await(ledger().lease(newest(KEY)))).isNull();
    FetchId<String> id = register(KEY).id();
    assertThat(await(ledger().lease(id))).as("nobody held it").isNull();
    Lease<String> lease = leaseOf(claim(id, A));
    assertThat(await(ledger().lease(id)).token()).isEqualTo(lease.token());
    assertThat(find(KEY).lease().holder()).isEqualTo(A);

    elapse(LEASE.plusSeconds(1));
    assertThat(await(ledger().lease(id)).left()).as("never negative").isZero();
    succeed(lease, "value");
    assertThat(await(ledger().lease(id))).as("it ended").isNull();
    assertThat(find(KEY).lease()).isNull();
  }

  @Test
  default void aCompletionEndsTheFetchAndCountsTheOthers() {
    Lease<String> lease = acquire(A);
    hold(B);
    hold(C);

    assertThat(succeed(lease, "value")).isEqualTo(new Completion.Accepted<>(2));

    FetchRecord<String, String> record = find(KEY);
    assertThat(record.state()).isEqualTo(FetchState.SUCCEEDED);
    assertThat(record.end()).isEqualTo(new FetchEnd.Success<>("value"));
    assertThat(record.endedAt()).isAfterOrEqualTo(record.registeredAt());
    assertThat(await(ledger().grantsOf(lease.id()))).isEmpty();
  }

  @Test
  default void eachEndHasItsState() {
    complete(acquire(A), new FetchEnd.Absent<>());
    assertThat(find(KEY).state()).isEqualTo(FetchState.ABSENT);
    invalidate(A);
    complete(acquire(A), new FetchEnd.Unshared<>());
    assertThat(find(KEY).state()).isEqualTo(FetchState.UNSHARED);
    complete(acquire(A), LedgerScene.failure(null));
    assertThat(find(KEY).state()).isEqualTo(FetchState.FAILED);
    assertThat(find(KEY).end()).isEqualTo(LedgerScene.failure(null));
  }

  @Test
  default void aRepeatedCompletionIsAcceptedAndChangesNothing() {
    Lease<String> lease = acquire(A);
    succeed(lease, "value");

    assertThat(succeed(lease, "again")).isEqualTo(new Completion.Accepted<>(0));

    assertThat(find(KEY).end()).isEqualTo(new FetchEnd.Success<>("value"));
  }

  @Test
  default void aLateOwnerIsRefusedAndGetsTheTakersValue() {
    Lease<String> late = acquire(A);
    elapse(LEASE.plusMillis(10));
    succeed(acquire(B), "taker's");

    Completion<String> completion = succeed(late, "late");

    assertThat(((Completion.Fenced<String>) completion).value()).isEqualTo("taker's");
    assertThat(((Completion.Fenced<String>) completion).age()).isNotNull();
    assertThat(find(KEY).end()).isEqualTo(new FetchEnd.Success<>("taker's"));
  }

  @Test
  default void aLateOwnerIsRefusedAndGetsTheTakersAbsence() {
    Lease<String> late = acquire(A);
    elapse(LEASE.plusMillis(10));
    complete(acquire(B), new FetchEnd.Absent<>());

    Completion<String> completion = succeed(late, "late");

    assertThat(((Completion.Fenced<String>) completion).value()).isNull();
    assertThat(((Completion.Fenced<String>) completion).age()).isNotNull();
  }

  @Test
  default void aRefusedCompletionTakesItsGrantBack() {
    Lease<String> late = acquire(A);
    elapse(LEASE.plusMillis(10));
    Lease<String> taken = acquire(B);
    assertThat(await(ledger().hasGrant(A, taken.id()))).isTrue();

    assertThat(succeed(late, "late")).isEqualTo(new Completion.Fenced<>(null, null));

    assertThat(await(ledger().hasGrant(A, taken.id()))).isFalse();
    assertThat(await(ledger().leave(B, taken.id()))).isEqualTo(new LeaveResult.GivenUp());
  }

  @Test
  default void aFetchThatNobodyHoldsIsCompletedByItsId() {
    FetchId<String> id = register(KEY).id();

    FetchRecord<String, String> record =
        await(ledger().complete(id, new FetchEnd.Success<>("value"), KEEP));

    assertThat(record.state()).isEqualTo(FetchState.SUCCEEDED);
    assertThat(join(A)).isInstanceOf(JoinResult.Value.class);
  }

  @Test
  default void aFetchThatIsHeldIsNotCompletedByItsId() {
    Lease<String> lease = acquire(A);

    assertThat(failureOf(ledger().complete(lease.id(), new FetchEnd.Absent<>(), KEEP)))
        .isInstanceOf(FetchHeldException.class)
        .hasMessageContaining(KEY);
  }

  @Test
  default void aLeaseThatHasRunOutIsNoHoldAndItsHolderIsRefused() {
    Lease<String> lease = acquire(A);
    elapse(LEASE.plusMillis(10));

    FetchRecord<String, String> record =
        await(ledger().complete(lease.id(), new FetchEnd.Success<>("by hand"), KEEP));

    assertThat(record.end()).isEqualTo(new FetchEnd.Success<>("by hand"));
    Completion<String> late = succeed(lease, "late");
    assertThat(((Completion.Fenced<String>) late).value()).isEqualTo("by hand");
  }

  @Test
  default void anEndedOrUnknownFetchIsNotCompletedByItsId() {
    assertThat(failureOf(ledger().complete(newest(KEY), new FetchEnd.Absent<>(), KEEP)))
        .isInstanceOf(UnknownFetchException.class);
    Lease<String> lease = acquire(A);
    succeed(lease, "value");

    assertThat(failureOf(ledger().complete(lease.id(), new FetchEnd.Absent<>(), KEEP)))
        .isInstanceOf(FetchEndedException.class);
  }
}
