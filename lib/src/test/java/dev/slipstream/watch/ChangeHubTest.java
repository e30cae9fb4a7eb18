package dev.slipstream.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.management.ThreadMXBean;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.HookedKey;
import dev.slipstream.testing.Race;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The hub: a version a key, delivered to all that watch it, and kept no longer than they do. */
class ChangeHubTest {
  private final ChangeHub<String> hub = new ChangeHub<>(Runnable::run);

  @Test
  void onlyTicksAfterTheSubscriptionAreUnseen() {
    hub.notify("k");
    try (ChangeSubscription subscription = hub.subscribe("k")) {
      assertThat(subscription.hasChanged()).isFalse();

      hub.notify("k");

      assertThat(subscription.hasChanged()).isTrue();
      subscription.markUnchanged();
      assertThat(subscription.hasChanged()).isFalse();
    }
  }

  @Test
  void eachTickRaisesTheVersionByOne() {
    try (ChangeSubscription subscription = hub.subscribe("k")) {
      long before = subscription.version();
      hub.notify("k");
      assertThat(subscription.version()).isEqualTo(before + 1);
      hub.notify("k");
      hub.notify("k");
      assertThat(subscription.version()).isEqualTo(before + 3);
      subscription.markUnchanged();
      assertThat(subscription.version()).isEqualTo(before + 3);
    }
  }

  @Test
  void aTickConcernsItsKeyOnly() {
    try (ChangeSubscription one = hub.subscribe("one");
        ChangeSubscription other = hub.subscribe("other")) {
      hub.notify("one");
      hub.notify("nobody's");

      assertThat(one.hasChanged()).isTrue();
      assertThat(other.hasChanged()).isFalse();
      assertThat(other.version()).isZero();
    }
  }

  @Test
  void eachSubscriptionHasAMarkOfItsOwn() {
    try (ChangeSubscription quick = hub.subscribe("k");
        ChangeSubscription slow = hub.subscribe("k")) {
      hub.notify("k");
      quick.markUnchanged();

      assertThat(quick.hasChanged()).isFalse();
      assertThat(slow.hasChanged()).isTrue();
      assertThat(slow.version()).isEqualTo(quick.version());
    }
  }

  @Test
  void allKeysCanBeTickedAtOnce() {
    try (ChangeSubscription one = hub.subscribe("one");
        ChangeSubscription other = hub.subscribe("other");
        ChangeSubscription peer = hub.subscribe("other")) {
      hub.notifyAllKeys();

      assertThat(List.of(one, other, peer)).allMatch(ChangeSubscription::hasChanged);
    }
    hub.notifyAllKeys();
  }

  @Test
  void aKeyIsDroppedWithItsLastSubscription() {
    ChangeSubscription first = hub.subscribe("k");
    ChangeSubscription second = hub.subscribe("k");
    ChangeSubscription other = hub.subscribe("other");
    assertThat(hub.trackedKeys()).isEqualTo(2);

    first.close();
    assertThat(hub.trackedKeys()).isEqualTo(2);
    second.close();
    assertThat(hub.trackedKeys()).isEqualTo(1);
    other.close();
    assertThat(hub.trackedKeys()).isZero();
  }

  @Test
  void aSecondCloseDoesNotDropASuccessor() {
    ChangeSubscription first = hub.subscribe("k");
    first.close();
    try (ChangeSubscription second = hub.subscribe("k")) {
      first.close();
      hub.notify("k");

      assertThat(hub.trackedKeys()).isEqualTo(1);
      assertThat(second.hasChanged()).isTrue();
      assertThat(first.hasChanged()).isFalse();
    }
    assertThat(hub.trackedKeys()).isZero();
  }

  @Test
  void aSecondCloseDoesNotHideTheOtherSubscriptions() {
    ChangeSubscription first = hub.subscribe("k");
    try (ChangeSubscription second = hub.subscribe("k")) {
      first.close();
      first.close();
      hub.notify("k");

      assertThat(second.hasChanged()).isTrue();
    }
  }

  @Test
  void aNewcomerThatComesWhileTheLastIsBeingClosedStays() {
    ChangeHub<HookedKey> hooked = new ChangeHub<>(Runnable::run);
    List<ChangeSubscription> newcomer = new ArrayList<>();
    HookedKey key =
        new HookedKey("k", 1, () -> newcomer.add(hooked.subscribe(HookedKey.plain("k"))));
    ChangeSubscription last = hooked.subscribe(key);
    key.arm();

    last.close();

    hooked.notify(key);
    assertThat(newcomer).singleElement().matches(ChangeSubscription::hasChanged);
    assertThat(hooked.trackedKeys()).isOne();
    newcomer.get(0).close();
    assertThat(hooked.trackedKeys()).isZero();
  }

  @Test
  void aKeyThatNobodyWatchesAnyMoreIsNotKept() {
    ChangeHub<Object> objects = new ChangeHub<>(Runnable::run);
    WeakReference<Object> key = comeAndGo(objects, new Object());

    Eventually.collects("the key", () -> key.get() == null);
    assertThat(objects.trackedKeys()).isZero();
  }

  private static WeakReference<Object> comeAndGo(ChangeHub<Object> objects, Object key) {
    objects.subscribe(key).close();
    return new WeakReference<>(key);
  }

  @Test
  void aMillionSubscriptionsThatAreClosedLeaveNothing() {
    for (int i = 0; i < 1_000_000; i++) {
      hub.subscribe("k" + i % 1_000).close();
    }
    assertThat(hub.trackedKeys()).isZero();
  }

  @Test
  void subscriptionsThatComeAndGoOnOneKeyInTwoThreadsLeaveNothingAndMissNothing() {
    int rounds = 0;
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 20_000); i++) {
        race.run(this::comeAndGo, this::comeAndGo);
        rounds++;
      }
    }
    assertThat(rounds).isPositive();
    assertThat(hub.trackedKeys()).isZero();
  }

  private void comeAndGo() {
    try (ChangeSubscription subscription = hub.subscribe("k")) {
      hub.notify("k");
      assertThat(subscription.hasChanged()).isTrue();
    }
  }

  @Test
  void keysWhoseHashesCollideAreApart() {
    ChangeHub<Colliding> colliding = new ChangeHub<>(Runnable::run);
    Map<Integer, ChangeSubscription> subscriptions = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      subscriptions.put(i, colliding.subscribe(new Colliding(i)));
    }
    assertThat(colliding.trackedKeys()).isEqualTo(100);

    colliding.notify(new Colliding(42));
    subscriptions.forEach(
        (id, subscription) -> assertThat(subscription.hasChanged()).isEqualTo(id == 42));

    subscriptions.values().forEach(ChangeSubscription::close);
    assertThat(colliding.trackedKeys()).isZero();
  }

  private record Colliding(int id) {
    @Override
    public int hashCode() {
      return 1;
    }
  }

  @Test
  void whicheverSubscriptionsGoTheOthersReceiveEachTickAndTheirVersionNeverGoesBack() {
    Random random = new Random(7);
    List<ChangeSubscription> open = new ArrayList<>();
    Map<ChangeSubscription, Long> versions = new HashMap<>();
    for (int step = 0; step < 2_000; step++) {
      if (open.isEmpty() || random.nextInt(100) < 50) {
        open.add(hub.subscribe("k"));
      } else {
        open.remove(random.nextInt(open.size())).close();
      }
      hub.notify("k");
      for (ChangeSubscription subscription : open) {
        assertThat(subscription.hasChanged()).isTrue();
        subscription.markUnchanged();
        Long before = versions.put(subscription, subscription.version());
        assertThat(subscription.version()).isGreaterThan(before == null ? 0 : before);
      }
      assertThat(hub.trackedKeys()).isEqualTo(open.isEmpty() ? 0 : 1);
    }
  }

  @Test
  void aTickWhileNobodyWatchesAnythingAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    hub.subscribe("k").close();
    tickAHundredThousandTimes();
    long before = threads.getCurrentThreadAllocatedBytes();

    tickAHundredThousandTimes();

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
  }

  private void tickAHundredThousandTimes() {
    for (int i = 0; i < 100_000; i++) {
      hub.notify("k");
    }
  }

  @Test
  void aCallbackRunsAtEachTickOnTheThreadThatTicksUntilItLeaves() {
    List<Thread> threads = new ArrayList<>();
    HubCallback<String> callback = hub.callback("k", () -> threads.add(Thread.currentThread()));

    hub.notify("k");
    hub.notify("other");
    hub.notify("k");

    assertThat(threads).containsExactly(Thread.currentThread(), Thread.currentThread());
    assertThat(callback.leave()).isTrue();
    assertThat(callback.leave()).isFalse();
    hub.notify("k");
    assertThat(threads).hasSize(2);
    assertThat(hub.trackedKeys()).isZero();
  }

  @Test
  void aCallbackThatThrowsHarmsNeitherTheThreadThatTicksNorAPeer() {
    Logger logger = (Logger) LoggerFactory.getLogger(ChangeHub.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    logger.setAdditive(false);
    AtomicInteger calls = new AtomicInteger();
    try {
      HubCallback<String> before = hub.callback("k", calls::incrementAndGet);
      HubCallback<String> thrower =
          hub.callback(
              "k",
              () -> {
                throw new StackOverflowError("a callback's own");
              });
      HubCallback<String> after = hub.callback("k", calls::incrementAndGet);

      hub.notify("k");

      assertThat(calls).hasValue(2);
      assertThat(log.list).singleElement().returns(Level.WARN, ILoggingEvent::getLevel);
      assertThat(List.of(before, thrower, after)).allMatch(HubWatch::leave);
    } finally {
      logger.detachAppender(log);
      logger.setAdditive(true);
    }
  }

  @Test
  void noLockIsHeldWhileACallbackRuns() {
    List<Boolean> free = new CopyOnWriteArrayList<>();
    HubCallback<String> callback =
        hub.callback(
            "k",
            () -> {
              if (free.isEmpty()) {
                free.add(false);
                inAnotherThread(
                    () -> {
                      ChangeSubscription newcomer = hub.subscribe("k");
                      hub.notify("k");
                      newcomer.close();
                      hub.notifyAllKeys();
                    });
                free.set(0, true);
              }
            });

    hub.notify("k");

    assertThat(free).containsExactly(true);
    assertThat(callback.leave()).isTrue();
  }

  @Test
  void aCallbackMayLeaveSubscribeAndTickFromWithin() {
    List<HubCallback<String>> callbacks = new ArrayList<>();
    AtomicInteger runs = new AtomicInteger();
    callbacks.add(
        hub.callback(
            "k",
            () -> {
              runs.incrementAndGet();
              assertThat(callbacks.get(0).leave()).isTrue();
              try (ChangeSubscription inner = hub.subscribe("k")) {
                hub.notify("k");
                assertThat(inner.hasChanged()).isTrue();
              }
            }));

    hub.notify("k");

    assertThat(runs).hasValue(1);
    assertThat(hub.trackedKeys()).isZero();
  }

  private static void inAnotherThread(Runnable task) {
    assertThat(Caller.start(Executors.callable(task)).value()).isNull();
  }

  @Test
  void nullArgumentsAreNamed() {
    assertThatNullPointerException()
        .isThrownBy(() -> new ChangeHub<String>(null))
        .withMessageContaining("executor");
    assertThatNullPointerException()
        .isThrownBy(() -> hub.subscribe(null))
        .withMessageContaining("key");
    assertThatNullPointerException()
        .isThrownBy(() -> hub.notify(null))
        .withMessageContaining("key");
    assertThat(hub.trackedKeys()).isZero();
  }
}
