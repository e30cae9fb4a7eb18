package dev.slipstream;

import dev.slipstream.LedgerSimulation.Flaw;
import dev.slipstream.ledger.Completion;
import dev.slipstream.ledger.FeedListener;
import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchLedger;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.LeaveResult;
import dev.slipstream.ledger.LedgerFeed;
import dev.slipstream.ledger.LedgerUnavailableException;
import dev.slipstream.ledger.NodeIdentity;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A simulated node's connection to the ledger: it takes time, is cut, and has the flaws. */
final class SimulatedConnection {
  private final SimulatedNode node;
  private final SimulationTime time;
  private final SimulatedLedger ledger;
  private final Flaw flaw;

  /** What the ledger notified of while the node was cut off. */
  private final ArrayDeque<Consumer<FeedListener<String>>> held = new ArrayDeque<>();

  private boolean cut;
  private long sentUntil;
  private long deliveredUntil;
  private @Nullable FeedListener<String> listener;
  private @Nullable LedgerFeed attachment;
  private NodeIdentity identity = NodeIdentity.of("none");

  SimulatedConnection(SimulatedNode node, SimulationTime time, SimulatedLedger ledger, Flaw flaw) {
    this.node = node;
    this.time = time;
    this.ledger = ledger;
    this.flaw = flaw;
  }

  boolean isCut() {
    return cut;
  }

  // --- what goes wrong

  void cutOrHeal() {
    if (cut) {
      heal();
    } else {
      time.say(node + " is cut off");
      cut = true;
      deliver(FeedListener::detached);
    }
  }

  void heal() {
    time.say(node + " is connected again");
    cut = false;
    node.trouble();
    deliver(feed -> feed.attached(true));
    while (!held.isEmpty()) {
      deliver(held.remove());
    }
  }

  /** The ledger that it was attached to is gone. */
  void reattach(boolean missedNothing) {
    held.clear();
    node.trouble();
    if (node.alive) {
      deliver(FeedListener::detached);
      attach(missedNothing);
    }
  }

  void close() {
    if (attachment != null) {
      attachment.close();
    }
  }

  // --- its feed

  /** Passes on what the ledger notifies of, once the node is connected. */
  void pass(Consumer<FeedListener<String>> call) {
    if (cut) {
      held.add(call);
    } else {
      deliver(call);
    }
  }

  /** Has the feed's listener called, in order. */
  private void deliver(Consumer<FeedListener<String>> call) {
    deliveredUntil = Math.max(deliveredUntil, time.now() + time.latency());
    time.schedule(
        deliveredUntil - time.now(), node, () -> call.accept(Objects.requireNonNull(listener)));
  }

  private void attach(boolean missedNothing) {
    close();
    attachment =
        ledger
            .server()
            .ledger
            .listen(identity, new SimulatedFeed(time, ledger, flaw, node, missedNothing));
  }

  // --- its calls

  @SuppressWarnings("unchecked")
  FetchLedger<String, String> proxy() {
    return (FetchLedger<String, String>)
        Proxy.newProxyInstance(
            FetchLedger.class.getClassLoader(),
            new Class<?>[] {FetchLedger.class},
            (proxy, method, arguments) -> call(method, arguments));
  }

  @SuppressWarnings("unchecked")
  private @Nullable Object call(Method method, @Nullable Object @Nullable [] arguments) {
    if (method.getName().equals("listen")) {
      identity = (NodeIdentity) arguments[0];
      listener = (FeedListener<String>) arguments[1];
      attach(true);
      return new LedgerFeed() {
        @Override
        public boolean isAttached() {
          return !cut;
        }

        @Override
        public void close() {}
      };
    }
    CompletableFuture<Object> answer = new CompletableFuture<>();
    if (!node.alive) {
      return answer;
    }
    return send(method, arguments, answer);
  }

  private CompletableFuture<Object> send(
      Method method, @Nullable Object @Nullable [] arguments, CompletableFuture<Object> answer) {
    String name = method.getName();
    if (flaw == Flaw.NEVER_LEAVES && name.equals("leave")) {
      return CompletableFuture.completedFuture(new LeaveResult.RunOn(1));
    }
    if (flaw == Flaw.NEVER_LOOKS_AGAIN && name.equals("look")) {
      Lease<String> held =
          new Lease<>(
              (FetchId<String>) arguments[1], (FetchScope) arguments[0], 1, Duration.ofHours(1));
      return CompletableFuture.completedFuture(new JoinResult.Held<String, String>(held));
    }
    if (flaw == Flaw.HAS_NO_DEBTS && name.startsWith("invalidate")) {
      answer.complete(null);
    }
    if (cut) {
      boolean fails = time.random.nextBoolean(); // or it gets no answer
      if (fails) {
        failLater(answer, "cut");
      }
      return answer;
    }
    SimulatedServer server = ledger.server();
    sentUntil = Math.max(sentUntil, time.now() + time.latency());
    time.schedule(sentUntil - time.now(), null, () -> arrive(server, method, arguments, answer));
    return answer;
  }

  private void failLater(CompletableFuture<Object> answer, String why) {
    time.schedule(
        time.latency(),
        node,
        () -> answer.completeExceptionally(new LedgerUnavailableException(why, null)));
  }

  /** The request is at the ledger, even if its node is dead or paused meanwhile. */
  private void arrive(
      SimulatedServer server,
      Method method,
      @Nullable Object @Nullable [] arguments,
      CompletableFuture<Object> answer) {
    if (server != ledger.server()) { // its connection is gone
      failLater(answer, "gone");
      return;
    }
    CompletableFuture<?> result = ledger.execute(node, method, arguments);
    if (flaw == Flaw.WAITS_WITHOUT_A_GRANT
        && !result.isCompletedExceptionally()
        && result.join() instanceof JoinResult.Held<?, ?> held) {
      var ignored =
          server.ledger.revoke((FetchScope) arguments[0], (FetchId<String>) held.by().id());
    }
    if (flaw == Flaw.CHECKS_NO_TOKEN && method.getName().equals("complete")) {
      completeAnyhow(server, (Lease<String>) arguments[0], (FetchEnd<String>) arguments[1], result);
    }
    if (cut) {
      return; // the answer is lost
    }
    var ignored =
        result.handle(
            (value, failure) -> {
              time.schedule(time.latency(), node, () -> answer(answer, value, failure));
              return null;
            });
  }

  private static void completeAnyhow(
      SimulatedServer server,
      Lease<String> lease,
      FetchEnd<String> end,
      CompletableFuture<?> result) {
    if (!result.isCompletedExceptionally() && result.join() instanceof Completion.Fenced<?>) {
      JoinOptions options = JoinOptions.of(Duration.ofSeconds(1)).refreshing();
      JoinResult<String, String> joined =
          server
              .ledger
              .join(lease.holder(), lease.id().key(), options)
              .toCompletableFuture()
              .join();
      if (joined instanceof JoinResult.Acquired<String, String> acquired) {
        var ignored = server.ledger.complete(acquired.lease(), end, Duration.ofMinutes(1));
      }
    }
  }

  private static void answer(
      CompletableFuture<Object> answer, @Nullable Object value, @Nullable Throwable failure) {
    if (failure != null) {
      answer.completeExceptionally(failure);
    } else {
      answer.complete(value);
    }
  }
}
