package dev.slipstream.ledger.contract;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.leaseOf;
import static dev.slipstream.ledger.contract.LedgerScene.newest;
import static dev.slipstream.ledger.contract.LedgerScene.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.AbandonRequest;
import dev.slipstream.ledger.AppendRequest;
import dev.slipstream.ledger.Appended;
import dev.slipstream.ledger.FeedListener;
import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.FetchRecord;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.LeaveResult;
import dev.slipstream.ledger.LedgerFeed;
import dev.slipstream.ledger.NodeIdentity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The feed of changes. */
interface FeedContract extends LedgerScene {
  /** Notes what it is notified of, to be asked for in order. */
  final class Notices extends Noting {
    private final LinkedBlockingQueue<String> notices;

    Notices() {
      this(new LinkedBlockingQueue<>());
    }

    private Notices(LinkedBlockingQueue<String> notices) {
      super(notices);
      this.notices = notices;
    }

    /** Returns the next notice, for which it waits. */
    public String next() {
      try {
        String notice = notices.poll(30, TimeUnit.SECONDS);
        assertThat(notice).as("a notice").isNotNull();
        return notice;
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted while waiting for a notice", e);
      }
    }

    /** Returns all that comes before a notice, which is left out. */
    public List<String> until(String last) {
      List<String> found = new ArrayList<>();
      for (String notice = next(); !notice.equals(last); notice = next()) {
        found.add(notice);
      }
      return found;
    }
  }

  private Notices listen(String node) {
    Notices notices = new Notices();
    LedgerFeed feed = ledger().listen(new NodeIdentity(node, "1"), notices);
    assertThat(notices.next()).startsWith("attached ");
    assertThat(feed.isAttached()).isTrue();
    return notices;
  }

  /** Returns what came since the last call. */
  private List<String> since(Notices notices) {
    Void ignored = await(ledger().invalidate(scope("marker", 1), "marker"));
    return notices.until("invalidated marker");
  }

  @Test
  default void anInvalidationReachesTheOthersAndNotItsOwnNode() {
    Notices a = listen("a");
    Notices b = listen("b");

    invalidate(A);

    assertThat(since(b)).containsExactly("invalidated key");
    assertThat(a.next()).isEqualTo("invalidated marker");
  }

  @Test
  default void anotherRunOfANodeIsAnotherNode() {
    Notices notices = new Notices();
    LedgerFeed feed = ledger().listen(new NodeIdentity("a", "2"), notices);
    assertThat(notices.next()).startsWith("attached ");

    invalidate(A);

    assertThat(since(notices)).containsExactly("invalidated key");
    feed.close();
  }

  @Test
  default void anInvalidationOfEverythingReachesTheOthers() {
    Notices b = listen("b");

    Void ignored = await(ledger().invalidateAll(A));

    assertThat(since(b)).containsExactly("invalidated all");
  }

  @Test
  default void aPutIsAnInvalidationForTheOthers() {
    Notices b = listen("b");

    put(A, "value");

    assertThat(since(b)).containsExactly("invalidated key");
  }

  @Test
  default void aJoinThatInvalidatesFirstReachesTheOthers() {
    Notices b = listen("b");

    JoinResult<String, String> ignored =
        await(ledger().join(A, KEY, JoinOptions.of(LEASE).invalidatingFirst()));

    assertThat(since(b)).containsExactly("invalidated key");
  }

  @Test
  default void anEndReachesTheNodesThatWaitForIt() {
    Notices b = listen("b");
    Lease<String> lease = acquire(A);
    hold(B);

    succeed(lease, "value");

    assertThat(since(b)).containsExactly("changed key");
  }

  @Test
  default void theEndOfARefreshReachesNodesThatDoNotWaitForIt() {
    Notices b = listen("b");
    Lease<String> lease =
        leaseOf(await(ledger().join(A, KEY, JoinOptions.of(LEASE).refreshing())));

    succeed(lease, "value");

    assertThat(since(b)).containsExactly("changed key");
  }

  @Test
  default void aTakeoverReachesTheOldHolder() {
    Notices a = listen("a");
    acquire(A);
    elapse(LEASE.plusMillis(10));

    acquire(B);

    assertThat(since(a)).containsExactly("changed key");
  }

  @Test
  default void aGiveUpReachesTheHolderThatHadLeft() {
    Notices a = listen("a");
    Lease<String> lease = acquire(A);
    hold(B);
    LeaveResult left = await(ledger().leave(A, lease.id()));
    LeaveResult last = await(ledger().leave(B, lease.id()));

    assertThat(List.of(left, last))
        .containsExactly(new LeaveResult.RunOn(1), new LeaveResult.GivenUp());
    assertThat(since(a)).containsExactly("changed key");
  }

  @Test
  default void anAbandonRequestReachesTheHolder() {
    Notices a = listen("a");
    Lease<String> lease = acquire(A);

    FetchRecord<String, String> ignored =
        await(ledger().requestAbandon(lease.id(), new AbandonRequest("operator", "why")));

    assertThat(since(a)).containsExactly("changed key");
  }

  @Test
  default void anEventReachesEveryNodeOnce() {
    Notices a = listen("a");
    register(KEY);
    AppendRequest request = new AppendRequest("a", null, false, "once");

    Appended<String> first = await(ledger().append(newest(KEY), request));
    Appended<String> second = await(ledger().append(newest(KEY), request));

    assertThat(second.event()).isEqualTo(first.event());
    assertThat(since(a)).containsExactly("changed key");
  }

  @Test
  default void aCompletionWithoutALeaseReachesEveryNode() {
    Notices a = listen("a");
    register(KEY);

    FetchRecord<String, String> ignored =
        await(ledger().complete(newest(KEY), new FetchEnd.Absent<>(), KEEP));

    assertThat(since(a)).containsExactly("changed key");
  }

  @Test
  default void aDeletedNodesGiveUpReachesTheOthers() {
    register(KEY);
    claim(newest(KEY), A);
    Notices b = listen("b");

    assertThat(await(ledger().deleteNode("a")).givenUp()).isEqualTo(1);

    assertThat(since(b)).containsExactly("changed key");
  }

  @Test
  default void changesOfOneKeyComeInOrder() {
    Notices b = listen("b");
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      var unused = ledger().invalidate(A, "key " + i);
      expected.add("invalidated key " + i);
    }

    assertThat(since(b)).containsExactlyElementsOf(expected);
  }

  @Test
  default void aListenerThatThrowsHearsOfTheNextChange() {
    Notices notices = new Notices();
    LedgerFeed feed =
        ledger()
            .listen(
                new NodeIdentity("b", "1"),
                new FeedListener<>() {
                  @Override
                  public void invalidated(String key) {
                    notices.invalidated(key);
                    throw new IllegalStateException("expected by the test");
                  }

                  @Override
                  public void invalidatedAll() {}

                  @Override
                  public void changed(String key) {}

                  @Override
                  public void attached(boolean missedNothing) {
                    notices.attached(missedNothing);
                  }

                  @Override
                  public void detached() {}
                });
    assertThat(notices.next()).startsWith("attached ");
    invalidate(A);

    assertThat(since(notices)).containsExactly("invalidated key");
    feed.close();
  }

  @Test
  default void aClosedFeedIsSilent() {
    Notices notices = new Notices();
    LedgerFeed feed = ledger().listen(new NodeIdentity("b", "1"), notices);
    assertThat(notices.next()).startsWith("attached ");
    feed.close();
    feed.close();
    Notices other = listen("c");

    invalidate(A);

    assertThat(since(other)).containsExactly("invalidated key");
    assertThat(feed.isAttached()).isFalse();
    assertThat(notices.notices).isEmpty();
  }

  @Test
  default void closingTheLedgerDetaches() {
    Notices b = listen("b");

    ledger().close();

    assertThat(b.until("detached")).isEmpty();
  }

  @Test
  default void aValueIsReadableWhenItsChangeIsDelivered() {
    Notices b = listen("b");
    Lease<String> lease = acquire(A);
    hold(B);
    var unused = ledger().complete(lease, new FetchEnd.Success<>("value"), Duration.ofMinutes(1));

    assertThat(b.next()).isEqualTo("changed key");
    assertThat(look(B, lease.id())).isInstanceOf(JoinResult.Value.class);
  }
}
