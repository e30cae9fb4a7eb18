package dev.slipstream.ledger.contract;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.failure;
import static dev.slipstream.ledger.contract.LedgerScene.leaseOf;
import static dev.slipstream.ledger.contract.LedgerScene.newest;
import static dev.slipstream.ledger.contract.LedgerScene.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.Completion;
import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.FetchState;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.LeaveResult;
import dev.slipstream.ledger.Renewal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A cache's way: join, look, leave, invalidate and put. */
interface JoinContract extends LedgerScene {
  @Test
  default void theFirstToJoinAcquiresAndTheNextIsHeld() {
    JoinResult<String, String> first = join(A);
    Lease<String> lease = leaseOf(first);

    assertThat(((JoinResult.Acquired<String, String>) first).takenOver()).isFalse();
    assertThat(lease.holder()).isEqualTo(A);
    assertThat(lease.id().key()).isEqualTo(KEY);
    assertThat(lease.id().number()).isPositive();
    assertThat(lease.left()).isPositive().isLessThanOrEqualTo(LEASE);
    Lease<String> held = hold(B);
    assertThat(held.token()).isEqualTo(lease.token());
    assertThat(held.holder()).isEqualTo(A);
    assertThat(held.id()).isEqualTo(lease.id());
  }

  @Test
  default void aRepeatedJoinOfTheHolderGivesItsOwnLease() {
    Lease<String> lease = acquire(A);

    JoinResult<String, String> again = join(A);

    assertThat(leaseOf(again).token()).isEqualTo(lease.token());
    assertThat(leaseOf(again).id()).isEqualTo(lease.id());
    assertThat(((JoinResult.Acquired<String, String>) again).takenOver()).isFalse();
  }

  @Test
  default void aRepeatedJoinOfTheHolderGivesItsLeaseWithNoTimeLeftOnceItHasRunOut() {
    Lease<String> lease = acquire(A);
    elapse(LEASE.plusMillis(10));

    Lease<String> again = acquire(A);

    assertThat(again.token()).isEqualTo(lease.token());
    assertThat(again.left()).isZero();
  }

  @Test
  default void aHolderThatLeftAndJoinsAgainIsWantedAgain() {
    Lease<String> lease = acquire(A);
    hold(B);
    assertThat(await(ledger().leave(A, lease.id()))).isEqualTo(new LeaveResult.RunOn(1));

    acquire(A);

    assertThat(await(ledger().leave(B, lease.id()))).isEqualTo(new LeaveResult.RunOn(1));
  }

  @Test
  default void twoFlightsOfOneNodeAreTwoParties() {
    acquire(scope("a", 1));

    assertThat(join(scope("a", 2))).isInstanceOf(JoinResult.Held.class);
  }

  @Test
  default void aLeaseThatHasRunOutIsTakenOverByAJoin() {
    Lease<String> lease = acquire(A);
    hold(C);
    elapse(LEASE.plusMillis(10));

    JoinResult<String, String> taken = join(B);

    assertThat(((JoinResult.Acquired<String, String>) taken).takenOver()).isTrue();
    assertThat(leaseOf(taken).token()).isGreaterThan(lease.token());
    assertThat(leaseOf(taken).id()).as("the fetch stays").isEqualTo(lease.id());
    assertThat(await(ledger().hasGrant(C, lease.id()))).as("grants stay").isTrue();
  }

  @Test
  default void aLeaseThatHasNotRunOutIsNotTakenOver() {
    acquire(A);
    elapse(LEASE.minusMillis(500));

    assertThat(join(B)).isInstanceOf(JoinResult.Held.class);
  }

  @Test
  default void aValueIsSharedWithItsAge() {
    Lease<String> lease = acquire(A);
    succeed(lease, "value");
    elapse(Duration.ofSeconds(5));

    JoinResult<String, String> joined = join(B);

    assertThat(joined).isInstanceOf(JoinResult.Value.class);
    JoinResult.Value<String, String> value = (JoinResult.Value<String, String>) joined;
    assertThat(value.value()).isEqualTo("value");
    assertThat(value.id()).isEqualTo(lease.id());
    assertThat(value.age()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(35));
  }

  @Test
  default void anAbsenceIsSharedWithItsAge() {
    Lease<String> lease = acquire(A);
    complete(lease, new FetchEnd.Absent<>());
    elapse(Duration.ofSeconds(5));

    JoinResult<String, String> joined = join(B);

    assertThat(joined).isInstanceOf(JoinResult.Absent.class);
    JoinResult.Absent<String, String> absent = (JoinResult.Absent<String, String>) joined;
    assertThat(absent.id()).isEqualTo(lease.id());
    assertThat(absent.age()).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
  }

  @Test
  default void aValueIsForgottenAfterItsTime() {
    succeed(acquire(A), "value");
    elapse(KEEP.plusMillis(10));

    assertThat(find(KEY)).isNull();
    assertThat(join(B)).isInstanceOf(JoinResult.Acquired.class);
  }

  @Test
  default void aRefreshStartsAFetchAlthoughThereIsAValue() {
    Lease<String> first = acquire(A);
    succeed(first, "old");

    JoinResult<String, String> refresh =
        await(ledger().join(B, KEY, JoinOptions.of(LEASE).refreshing()));

    assertThat(leaseOf(refresh).id().number()).isGreaterThan(first.id().number());
    assertThat(join(C)).as("there is no value meanwhile").isInstanceOf(JoinResult.Held.class);
  }

  @Test
  default void aRefreshWaitsForAFetchThatRuns() {
    acquire(A);

    assertThat(await(ledger().join(B, KEY, JoinOptions.of(LEASE).refreshing())))
        .isInstanceOf(JoinResult.Held.class);
  }

  @Test
  default void aJoinThatInvalidatesFirstSeesNeitherValueNorFetch() {
    Lease<String> first = acquire(A);
    JoinOptions options = JoinOptions.of(LEASE).invalidatingFirst();

    Lease<String> second = leaseOf(await(ledger().join(B, KEY, options)));
    assertThat(second.id().number()).isGreaterThan(first.id().number());
    assertThat(succeed(first, "late")).isEqualTo(new Completion.Fenced<>(null, null));
    succeed(second, "value");
    assertThat(await(ledger().join(C, KEY, options))).isInstanceOf(JoinResult.Acquired.class);
  }

  @Test
  default void failuresAreNotCached() {
    Lease<String> first = acquire(A);
    complete(first, failure("no"));

    Lease<String> second = acquire(B);

    assertThat(second.id().number()).isGreaterThan(first.id().number());
    assertThat(second.token()).isGreaterThan(first.token());
  }

  @Test
  default void whatIsUnsharedOrAbandonedIsFetchedAnew() {
    complete(acquire(A), new FetchEnd.Unshared<>());
    complete(acquire(B), new FetchEnd.Abandoned<>("closed"));

    assertThat(join(C)).isInstanceOf(JoinResult.Acquired.class);
  }

  @Test
  default void aJoinAcquiresARegisteredFetchAsItIs() {
    var registered = register(KEY);
    var ref = new dev.slipstream.ledger.ExternalRef("jobs", "7");
    var unused = await(ledger().setExternalRef(registered.id(), ref));
    var granted = await(ledger().grant(C, registered.id(), GrantContract.INFO));

    Lease<String> lease = acquire(A);

    assertThat(lease.id()).isEqualTo(registered.id());
    assertThat(find(KEY).externalRef()).isEqualTo(ref);
    assertThat(await(ledger().hasGrant(C, granted.id()))).isTrue();
  }

  @Test
  default void aLookOfARunningFetchIsHeld() {
    Lease<String> lease = acquire(A);
    hold(B);

    JoinResult<String, String> looked = look(B, lease.id());

    assertThat(looked).isInstanceOf(JoinResult.Held.class);
    assertThat(((JoinResult.Held<String, String>) looked).by().token()).isEqualTo(lease.token());
  }

  @Test
  default void aLookShowsThatALeaseHasNoTimeLeft() {
    Lease<String> lease = acquire(A);
    hold(B);
    elapse(LEASE.plusSeconds(1));

    JoinResult<String, String> looked = look(B, lease.id());

    assertThat(((JoinResult.Held<String, String>) looked).by().left()).isZero();
  }

  @Test
  default void aLookRenewsTheLookersGrantForTheTimeOfItsJoin() {
    Lease<String> lease = acquire(A);
    JoinOptions longer = new JoinOptions(LEASE, Duration.ofSeconds(20), false, false);
    assertThat(await(ledger().join(B, KEY, longer))).isInstanceOf(JoinResult.Held.class);
    hold(C);
    elapse(Duration.ofSeconds(3));

    look(B, lease.id());
    look(C, lease.id());
    elapse(Duration.ofSeconds(3));
    assertThat(await(ledger().hasGrant(C, lease.id()))).as("3.5 s from its look").isTrue();
    elapse(Duration.ofSeconds(2));

    assertThat(await(ledger().hasGrant(C, lease.id()))).isFalse();
    elapse(Duration.ofSeconds(12));
    assertThat(await(ledger().hasGrant(B, lease.id()))).as("20 s from its look").isTrue();
  }

  @Test
  default void aLookGetsTheEndOfTheAwaitedFetch() {
    Lease<String> value = acquire(A);
    succeed(value, "value");
    assertThat(look(B, value.id())).isInstanceOf(JoinResult.Value.class);
    invalidate(C);

    Lease<String> absent = acquire(A);
    complete(absent, new FetchEnd.Absent<>());
    assertThat(look(B, absent.id())).isInstanceOf(JoinResult.Absent.class);
    invalidate(C);

    Lease<String> failed = acquire(A);
    complete(failed, failure("no"));
    JoinResult<String, String> looked = look(B, failed.id());
    assertThat(looked).isInstanceOf(JoinResult.Failed.class);
    assertThat(((JoinResult.Failed<String, String>) looked).failure())
        .isEqualTo(((FetchEnd.Failure<String>) failure("no")).failure());

    Lease<String> unshared = acquire(A);
    complete(unshared, new FetchEnd.Unshared<>());
    assertThat(look(B, unshared.id())).isInstanceOf(JoinResult.Unshared.class);
  }

  @Test
  default void aLookOfAnAbandonedFetchIsGoneAndAWaiterTakesItUp() {
    Lease<String> lease = acquire(A);
    hold(B);
    complete(lease, new FetchEnd.Abandoned<>("closed"));

    assertThat(look(B, lease.id())).isInstanceOf(JoinResult.Gone.class);
    assertThat(join(B)).isInstanceOf(JoinResult.Acquired.class);
  }

  @Test
  default void aLookOfNothingAndOfAnOlderFetchIsGone() {
    assertThat(look(B, newest(KEY))).isInstanceOf(JoinResult.Gone.class);
    Lease<String> first = acquire(A);
    hold(B);
    invalidate(C);
    assertThat(look(B, first.id())).isInstanceOf(JoinResult.Gone.class);

    Lease<String> second = acquire(A);
    complete(second, failure("of another fetch"));

    assertThat(look(B, first.id())).isInstanceOf(JoinResult.Gone.class);
  }

  @Test
  default void aHandOverAnswersLooksButNoJoin() {
    Lease<String> lease = acquire(A);
    hold(B);
    assertThat(await(ledger().complete(lease, new FetchEnd.Success<>("value"), Duration.ZERO)))
        .isEqualTo(new Completion.Accepted<>(1));

    assertThat(look(B, lease.id())).isInstanceOf(JoinResult.Value.class);
    Lease<String> next = acquire(C);
    assertThat(next.id().number()).isGreaterThan(lease.id().number());
  }

  @Test
  default void aHandOverIsForgottenAfterTenSeconds() {
    Lease<String> lease = acquire(A);
    Completion<String> ignored =
        await(ledger().complete(lease, new FetchEnd.Success<>("value"), Duration.ZERO));
    elapse(Duration.ofSeconds(9));
    assertThat(look(B, lease.id())).isInstanceOf(JoinResult.Value.class);
    elapse(Duration.ofMillis(1_100));

    assertThat(look(B, lease.id())).isInstanceOf(JoinResult.Gone.class);
  }

  @Test
  default void anInvalidationFencesTheHolderAndDropsTheRecord() {
    Lease<String> lease = acquire(A);
    invalidate(B);

    assertThat(find(KEY)).isNull();
    assertThat(await(ledger().renew(lease, LEASE))).isEqualTo(new Renewal.Lost<>());
    assertThat(succeed(lease, "late")).isEqualTo(new Completion.Fenced<>(null, null));
    assertThat(join(C)).isInstanceOf(JoinResult.Acquired.class);
  }

  @Test
  default void anInvalidationDropsAValue() {
    succeed(acquire(A), "value");
    invalidate(B);

    assertThat(join(C)).isInstanceOf(JoinResult.Acquired.class);
  }

  @Test
  default void anInvalidationOfEverythingDropsEveryRecordAndFencesEveryHolder() {
    Lease<String> lease = acquire(A);
    Lease<String> other = leaseOf(join(A, "other"));
    succeed(other, "value");
    register("third");

    Void ignored = await(ledger().invalidateAll(B));

    assertThat(find(KEY)).isNull();
    assertThat(find("other")).isNull();
    assertThat(find("third")).isNull();
    assertThat(await(ledger().list(dev.slipstream.ledger.RecordFilter.all()))).isEmpty();
    assertThat(succeed(lease, "late")).isEqualTo(new Completion.Fenced<>(null, null));
    assertThat(join(C, "other")).isInstanceOf(JoinResult.Acquired.class);
  }

  @Test
  default void aPutIsSharedAndFencesTheHolder() {
    Lease<String> lease = acquire(A);
    put(B, "put");

    Completion<String> late = succeed(lease, "late");

    assertThat(late).isInstanceOf(Completion.Fenced.class);
    assertThat(((Completion.Fenced<String>) late).value()).isEqualTo("put");
    assertThat(((Completion.Fenced<String>) late).age()).isNotNull();
    JoinResult<String, String> joined = join(C);
    assertThat(((JoinResult.Value<String, String>) joined).value()).isEqualTo("put");
    assertThat(find(KEY).state()).isEqualTo(FetchState.SUCCEEDED);
    assertThat(find(KEY).id().number()).isGreaterThan(lease.id().number());
  }

  @Test
  default void numbersAndTokensOnlyGrow() {
    Lease<String> first = acquire(A);
    invalidate(B);
    Lease<String> second = acquire(A);
    LeaveResult left = await(ledger().leave(A, second.id()));
    Lease<String> third = record(A, KEY);
    succeed(third, "value");
    var pruned = await(ledger().pruneTerminal(Duration.ZERO));
    Lease<String> fourth = acquire(A);

    assertThat(left).isEqualTo(new LeaveResult.GivenUp());
    assertThat(pruned.fetches()).isEqualTo(1);
    assertThat(second.id().number()).isGreaterThan(first.id().number());
    assertThat(third.id().number()).isGreaterThan(second.id().number());
    assertThat(fourth.id().number()).isGreaterThan(third.id().number());
    assertThat(fourth.token()).isGreaterThan(third.token());
  }
}
