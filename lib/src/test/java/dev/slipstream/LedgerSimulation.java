package dev.slipstream;

import dev.slipstream.internal.Timer;
import dev.slipstream.ledger.Completion;
import dev.slipstream.ledger.FeedListener;
import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchLedger;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.InMemoryFetchLedger;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.LeaveResult;
import dev.slipstream.ledger.LedgerFeed;
import dev.slipstream.ledger.LedgerOptions;
import dev.slipstream.ledger.LedgerUnavailableException;
import dev.slipstream.ledger.NodeIdentity;
import dev.slipstream.ledger.Renewal;
import dev.slipstream.ledger.SteppedLedgers;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Three caches, with the real coordinator, over an in-memory ledger, on one thread: a seed decides
 * what happens next, how long everything takes, and what goes wrong. Time is the simulation's. The
 * same seed runs the same way again.
 *
 * <p>What goes wrong: a node crashes and comes back, is paused, or is cut off; a tick is lost; the
 * ledger is restarted and has forgotten everything; it fails over to a replica that lacks its last
 * writes, after which the nodes repeat the invalidations that they made or saw.
 *
 * <p>What is checked, as in the model:
 *
 * <ul>
 *   <li>S1: a node's cache holds nothing older than an invalidation that returned on it or was
 *       delivered to it
 *   <li>S2: at most one completion of a fetch is accepted
 *   <li>S3: a lease is taken over only when it has run out
 *   <li>S4: no fetch is given up for which a flight of a healthy node waits
 *   <li>L1: when all is well again, every caller is served
 *   <li>L2: or, if all of them leave, every loader is stopped
 *   <li>L3: an invalidation reaches every node
 * </ul>
 */
final class LedgerSimulation {
  /** A mistake, planted between the coordinator and its ledger. */
  enum Flaw {
    NONE,
    /** Invalidations of others are not delivered. */
    LOSES_INVALIDATIONS,
    /** An invalidation counts as acknowledged when it is sent. */
    HAS_NO_DEBTS,
    /** A leave is not sent. */
    NEVER_LEAVES,
    /** A completion is accepted by whatever token. */
    CHECKS_NO_TOKEN,
    /** Nothing is repeated after a failover. */
    REPEATS_NOTHING,
    /** A look has no answer, and does not time out. */
    NEVER_LOOKS_AGAIN,
    /** A waiter takes its grant back at once. */
    WAITS_WITHOUT_A_GRANT
  }

  /** What was found, and how it came to it. */
  static final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(String message) {
      super(message);
    }
  }

  private static final List<String> KEYS = List.of("x", "y");
  private static final int NODES = 3;
  private static final int ACTIONS = 60;
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LEASE = 300 * MILLI;

  private static final FetchScope REPAIR = new FetchScope(NodeIdentity.of("repair"), 0);
  private static final Method INVALIDATE = method("invalidate", FetchScope.class, Object.class);

  private final long seed;
  private final Random random;
  private final Flaw flaw;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.comparingLong((Event event) -> event.at)
              .thenComparingLong(event -> event.order));
  private final List<String> trace = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Integer> database = new HashMap<>();

  /** The ledger, and a replica that executes the same steps later. */
  private final Server[] servers = new Server[2];

  private final Map<FetchId<String>, Long> accepted = new HashMap<>();
  private final Map<String, Long> leaseEnds = new HashMap<>();
  private final Map<String, Integer> applied = new HashMap<>();
  private long now;
  private long order;
  private boolean detailed;
  private boolean finishing;
  private boolean loadersFinish = true;

  LedgerSimulation(long seed, Flaw flaw) {
    this.seed = seed;
    this.flaw = flaw;
    this.random = new Random(seed);
  }

  /** Notes each step of the ledger in the trace. */
  LedgerSimulation inDetail() {
    detailed = true;
    return this;
  }

  // --- the run

  /** Runs to the end; throws a {@link Violation} that names the seed. */
  void run() {
    try {
      KEYS.forEach(key -> database.put(key, 0));
      servers[0] = new Server(now);
      servers[1] = new Server(now);
      for (int i = 0; i < NODES; i++) {
        nodes.add(new Node("n" + i));
      }
      for (int i = 0; i < ACTIONS; i++) {
        advance(now + random.nextInt(120) * MILLI);
        act();
      }
      end();
    } catch (Violation e) {
      throw e;
    } catch (RuntimeException | AssertionError e) {
      throw violation("the simulation itself failed: " + e, e);
    } finally {
      nodes.forEach(Node::die);
    }
  }

  private void end() {
    say("all is well again");
    finishing = true;
    nodes.forEach(Node::recover);
    boolean allLeave = random.nextBoolean();
    if (allLeave) {
      loadersFinish = false;
      nodes.forEach(node -> node.calls.forEach(call -> call.cancel(true)));
    }
    advance(now + TimeUnit.SECONDS.toNanos(20));
    for (Node node : nodes) {
      for (CompletableFuture<?> call : node.calls) {
        check(call.isDone(), "L1: a caller of " + node + " is not served");
      }
      if (allLeave) {
        check(node.loading() == 0, "L2: a loader of " + node + " runs for nobody");
      }
      for (String key : KEYS) {
        Integer cached = node.cached(key);
        check(
            cached == null || cached >= applied.getOrDefault(key, 0),
            "L3: " + node + " still holds " + key + cached);
        check(node.cache.inFlight().isEmpty(), "L1: a flight of " + node + " does not end");
      }
    }
  }

  private void act() {
    Node node = nodes.get(random.nextInt(NODES));
    String key = KEYS.get(random.nextInt(KEYS.size()));
    int what = random.nextInt(100);
    if (!node.alive) {
      say(node + " starts again");
      nodes.set(nodes.indexOf(node), new Node(node.name));
    } else if (node.paused && what < 50) {
      node.resume();
    } else if (node.paused) {
      return; // it cannot do anything
    } else if (what < 45) {
      node.get(key, what < 5);
    } else if (what < 58) {
      node.leaveOne();
    } else if (what < 75) {
      node.invalidate(key);
    } else if (what < 79) {
      node.invalidateAll();
    } else if (what < 84) {
      node.pause();
    } else if (what < 90) {
      node.cutOrHeal();
    } else if (what < 93) {
      say(node + " crashes");
      node.die();
    } else if (what < 95) {
      restart();
    } else if (what < 98) {
      failOver();
    }
  }

  private void advance(long until) {
    while (!events.isEmpty() && events.peek().at <= until) {
      Event event = events.poll();
      now = event.at;
      event.run();
      checkCaches();
    }
    now = until;
  }

  private Event schedule(long delay, @Nullable Node node, Runnable task) {
    Event event = new Event(now + Math.max(0, delay), order++, node, task);
    events.add(event);
    return event;
  }

  private long latency() {
    return (random.nextInt(20) == 0 ? random.nextInt(120) : random.nextInt(4)) * MILLI
        + random.nextInt(1000);
  }

  private void say(String what) {
    trace.add(now / MILLI + " ms: " + what);
  }

  private void check(boolean holds, String violation) {
    if (!holds) {
      throw violation(violation, null);
    }
  }

  private Violation violation(String what, @Nullable Throwable cause) {
    Violation violation =
        new Violation(
            "seed %d: %s; replay it with -Dslipstream.seed=%d%n  %s"
                .formatted(seed, what, seed, String.join("\n  ", trace)));
    if (cause != null) {
      violation.initCause(cause);
    }
    return violation;
  }

  private void checkCaches() {
    for (Node node : nodes) {
      for (String key : KEYS) {
        Integer cached = node.alive ? node.cached(key) : null;
        int floor = node.floor.getOrDefault(key, 0);
        check(
            cached == null || cached >= floor,
            "S1: " + node + " holds " + key + cached + " after the invalidation of " + floor);
      }
    }
  }

  private final class Event {
    final long at;
    final long order;
    final @Nullable Node node;
    final Runnable task;
    boolean cancelled;

    Event(long at, long order, @Nullable Node node, Runnable task) {
      this.at = at;
      this.order = order;
      this.node = node;
      this.task = task;
    }

    void run() {
      if (cancelled || (node != null && !node.alive)) {
        return;
      }
      if (node != null && node.paused) {
        node.backlog.add(this);
      } else {
        task.run();
      }
    }
  }

  private static Method method(String name, Class<?>... types) {
    try {
      return FetchLedger.class.getMethod(name, types);
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  // --- the ledger's side

  private record Step(long at, Method method, @Nullable Object @Nullable [] arguments) {}

  /** A ledger, its clock, and what it has executed. */
  private final class Server {
    final long madeAt;
    final List<Step> steps = new ArrayList<>();
    final ArrayDeque<Step> lag = new ArrayDeque<>();
    final InMemoryFetchLedger<String, String> ledger;
    private long replaysAt;

    Server(long madeAt) {
      this.madeAt = madeAt;
      this.replaysAt = madeAt;
      this.ledger = SteppedLedgers.create(() -> replaysAt < 0 ? now : replaysAt, Runnable::run);
      this.replaysAt = -1;
    }

    CompletableFuture<?> execute(Step step) {
      steps.add(step);
      try {
        return ((CompletionStage<?>) step.method.invoke(ledger, step.arguments))
            .toCompletableFuture();
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new AssertionError(e);
      }
    }

    void replay(Step step) {
      replaysAt = step.at;
      CompletableFuture<?> ignored = execute(step);
      replaysAt = -1;
    }

    /** Returns a replica that has executed the same. */
    Server copy() {
      Server copy = new Server(madeAt);
      steps.forEach(copy::replay);
      return copy;
    }
  }

  /** Executes a step on the ledger, and some time later on its replica. */
  private Object execute(Node node, Method method, @Nullable Object @Nullable [] arguments) {
    String key = keyOf(arguments);
    Step step = new Step(now, method, arguments);
    CompletableFuture<?> result = servers[0].execute(step);
    Server replica = servers[1];
    replica.lag.add(step);
    int behind = random.nextInt(4);
    while (replica.lag.size() > behind) {
      replica.replay(replica.lag.remove());
    }
    if (detailed) {
      String asked = Arrays.toString(arguments).replaceAll("#[-0-9a-f]+", "");
      say("    " + node + " " + method.getName() + " " + asked + ": " + outcome(result));
    }
    if (!result.isCompletedExceptionally()) {
      applied(node, method.getName(), key, arguments, result.join());
    }
    return result;
  }

  private static String outcome(CompletableFuture<?> result) {
    return String.valueOf(
            result
                .handle((Object value, Throwable failure) -> failure == null ? value : failure)
                .join())
        .replaceAll("#[-0-9a-f]+", "");
  }

  private static @Nullable String keyOf(@Nullable Object @Nullable [] arguments) {
    if (arguments != null) {
      for (Object argument : arguments) {
        if (argument instanceof String key) {
          return key;
        } else if (argument instanceof FetchId<?> id) {
          return (String) id.key();
        } else if (argument instanceof Lease<?> lease) {
          return (String) lease.id().key();
        }
      }
    }
    return null;
  }

  /** Checks what the ledger did, and notes whom it will notify of what. */
  private void applied(
      Node node,
      String method,
      @Nullable String key,
      @Nullable Object @Nullable [] arguments,
      @Nullable Object result) {
    if (key != null && arguments != null) {
      long end = leaseEnds.getOrDefault(key, 0L);
      if (result instanceof JoinResult.Acquired<?, ?> acquired) {
        check(
            !acquired.takenOver() || end <= now, "S3: " + node + " took a lease over in its time");
        leaseEnds.put(key, now + acquired.lease().left().toNanos());
      } else if (result instanceof Renewal.Renewed<?>) {
        leaseEnds.put(key, now + LEASE);
      } else if (result instanceof Completion.Accepted<?>) {
        Lease<?> lease = (Lease<?>) arguments[0];
        @SuppressWarnings("unchecked")
        Long before = accepted.put((FetchId<String>) lease.id(), lease.token());
        check(before == null || before == lease.token(), "S2: two completions were accepted");
      } else if (result instanceof LeaveResult.GivenUp) {
        nodes.forEach(other -> other.checkNotWaiting(arguments[1]));
      }
    }
    boolean joins = method.equals("join") && ((JoinOptions) arguments[2]).invalidateFirst();
    if (method.equals("invalidate") || joins) {
      invalidated(node, key);
    } else if (method.equals("invalidateAll")) {
      KEYS.forEach(each -> invalidated(node, each));
    }
  }

  /** The ledger applied an invalidation: the others will have it in their feed. */
  private void invalidated(Node by, String key) {
    int version = by.issued.getOrDefault(key, 0);
    applied.merge(key, version, Math::max);
    for (Node node : nodes) {
      if (node != by) {
        node.coming.merge(key, version, Math::max);
      }
    }
  }

  private void restart() {
    say("the ledger is restarted and has forgotten everything");
    servers[0] = new Server(now);
    servers[1] = new Server(now);
    accepted.clear();
    leaseEnds.clear();
    nodes.forEach(node -> node.reattach(false));
  }

  private void failOver() {
    say("the ledger fails over, without " + servers[1].lag.size() + " steps");
    servers[0] = servers[1];
    servers[0].lag.clear();
    accepted.clear();
    leaseEnds.clear();
    applied.clear();
    if (flaw != Flaw.REPEATS_NOTHING) {
      for (Node node : nodes) {
        if (node.alive) {
          node.floor.forEach(
              (key, version) -> {
                var ignored =
                    servers[0].execute(new Step(now, INVALIDATE, new Object[] {REPAIR, key}));
                applied.merge(key, version, Math::max);
              });
        }
      }
    }
    servers[1] = servers[0].copy();
    nodes.forEach(node -> node.reattach(false));
  }

  // --- a node

  private final class Node {
    final String name;
    final Map<String, Integer> floor = new HashMap<>();
    final Map<String, Integer> issued = new HashMap<>();
    final Map<String, Integer> coming = new HashMap<>();
    final List<CompletableFuture<?>> calls = new ArrayList<>();
    final List<CompletableFuture<String>> loads = new ArrayList<>();
    final ArrayDeque<Event> backlog = new ArrayDeque<>();
    final ArrayDeque<Runnable> feed = new ArrayDeque<>();
    final CoalescingCache<String, String> cache;
    boolean alive = true;
    boolean paused;
    boolean cut;
    long troubledUntil;
    private long sentUntil;
    private long heardUntil;
    private @Nullable FeedListener<String> listener;
    private @Nullable LedgerFeed attachment;
    private NodeIdentity identity = NodeIdentity.of("none");

    Node(String name) {
      this.name = name;
      Executor executor = task -> schedule(random.nextInt(200_000), this, task);
      cache =
          CoalescingCache.builder()
              .name(name)
              .executor(executor)
              .continuationExecutor(executor)
              .timer(new NodeTimer(this))
              .ledger(
                  proxy(),
                  LedgerOptions.builder()
                      .node(name)
                      .leaseTime(Duration.ofNanos(LEASE))
                      .patience(Duration.ofMillis(150))
                      .detachedFor(Duration.ofMillis(700))
                      .build())
              .build();
    }

    @Override
    public String toString() {
      return name;
    }

    // --- what its users do

    void get(String key, boolean refresh) {
      say(this + (refresh ? " refreshes " : " gets ") + key);
      AsyncLoader<String, String> loader = this::load;
      calls.add(refresh ? cache.refresh(key, loader) : cache.getOrFetch(key, loader));
    }

    private CompletionStage<String> load(String key, FetchContext context) {
      CompletableFuture<String> stage = new CompletableFuture<>();
      String value = key + database.get(key);
      say(this + " loads " + value);
      loads.add(stage);
      long takes = (random.nextInt(6) == 0 ? random.nextInt(1500) : random.nextInt(150)) * MILLI;
      boolean fails = random.nextInt(15) == 0;
      schedule(
          takes,
          this,
          () -> {
            if (!loadersFinish) {
              return;
            }
            if (fails) {
              stage.completeExceptionally(new IllegalStateException("no database"));
            } else {
              stage.complete(value);
            }
          });
      return stage;
    }

    long loading() {
      return loads.stream().filter(load -> !load.isDone()).count();
    }

    void leaveOne() {
      List<CompletableFuture<?>> waiting = calls.stream().filter(call -> !call.isDone()).toList();
      if (!waiting.isEmpty()) {
        say(this + ": a caller leaves");
        waiting.get(random.nextInt(waiting.size())).cancel(true);
      }
    }

    void invalidate(String key) {
      issue(key);
      say(this + " invalidates " + key + database.get(key));
      cache.invalidate(key);
      floor.putAll(issued);
    }

    void invalidateAll() {
      KEYS.forEach(this::issue);
      say(this + " invalidates all");
      cache.invalidateAll();
      floor.putAll(issued);
    }

    private void issue(String key) {
      issued.put(key, database.merge(key, 1, Integer::sum));
    }

    @Nullable Integer cached(String key) {
      String value = cache.getIfPresent(key);
      return value == null ? null : Integer.valueOf(value.substring(1));
    }

    void checkNotWaiting(@Nullable Object id) {
      if (!alive || paused || cut || now < troubledUntil) {
        return;
      }
      CacheCore<?, ?> core = ((SlipstreamCache<?, ?>) cache).core;
      for (Slot<?, ?> slot : core.registry.snapshot()) {
        Flight<?, ?> flight = Flight.in(slot);
        if (flight != null && flight.load instanceof SharedLoad<?, ?> load) {
          check(
              load.awaited() == null || !load.awaited().equals(id),
              "S4: a fetch was given up that " + this + " waits for");
        }
      }
    }

    // --- what goes wrong

    void pause() {
      say(this + " is paused");
      paused = true;
    }

    void resume() {
      say(this + " goes on");
      paused = false;
      trouble();
      while (!backlog.isEmpty()) {
        Event held = backlog.remove();
        schedule(
            0,
            this,
            () -> {
              if (!held.cancelled) {
                held.task.run();
              }
            });
      }
    }

    /** For so long its grants may have run out. */
    private void trouble() {
      troubledUntil = now + TimeUnit.SECONDS.toNanos(5);
    }

    void cutOrHeal() {
      if (cut) {
        heal();
      } else {
        say(this + " is cut off");
        cut = true;
        hear(() -> feedListener().detached());
      }
    }

    private void heal() {
      say(this + " is connected again");
      cut = false;
      trouble();
      hear(() -> feedListener().attached(true));
      while (!feed.isEmpty()) {
        hear(feed.remove());
      }
    }

    void reattach(boolean missedNothing) {
      feed.clear();
      trouble();
      if (alive) {
        hear(() -> feedListener().detached());
        attach(missedNothing);
      }
    }

    void die() {
      alive = false;
      if (attachment != null) {
        attachment.close();
      }
      cache.close();
    }

    void recover() {
      if (!alive) {
        nodes.set(nodes.indexOf(this), new Node(name));
        return;
      }
      if (paused) {
        resume();
      }
      if (cut) {
        heal();
      }
    }

    // --- its connection

    private FeedListener<String> feedListener() {
      return Objects.requireNonNull(listener);
    }

    /** Has the feed's listener called, in order. */
    private void hear(Runnable call) {
      heardUntil = Math.max(heardUntil, now + latency());
      schedule(heardUntil - now, this, call);
    }

    private void attach(boolean missedNothing) {
      if (attachment != null) {
        attachment.close();
      }
      attachment = servers[0].ledger.listen(identity, new NodeFeed(this, missedNothing));
    }

    @SuppressWarnings("unchecked")
    private FetchLedger<String, String> proxy() {
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
      if (!alive) {
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
        boolean fails = random.nextBoolean(); // or it gets no answer
        if (fails) {
          schedule(
              latency(),
              this,
              () -> answer.completeExceptionally(new LedgerUnavailableException("cut", null)));
        }
        return answer;
      }
      Server server = servers[0];
      sentUntil = Math.max(sentUntil, now + latency());
      schedule(sentUntil - now, null, () -> arrive(server, method, arguments, answer));
      return answer;
    }

    /** The request is at the ledger, even if its node is dead or paused meanwhile. */
    private void arrive(
        Server server,
        Method method,
        @Nullable Object @Nullable [] arguments,
        CompletableFuture<Object> answer) {
      if (server != servers[0]) { // its connection is gone
        schedule(
            latency(),
            this,
            () -> answer.completeExceptionally(new LedgerUnavailableException("gone", null)));
        return;
      }
      CompletableFuture<?> result = (CompletableFuture<?>) execute(this, method, arguments);
      if (flaw == Flaw.WAITS_WITHOUT_A_GRANT
          && !result.isCompletedExceptionally()
          && result.join() instanceof JoinResult.Held<?, ?> held) {
        var ignored =
            server.ledger.revoke((FetchScope) arguments[0], (FetchId<String>) held.by().id());
      }
      if (flaw == Flaw.CHECKS_NO_TOKEN && method.getName().equals("complete")) {
        completeAnyhow(
            server, (Lease<String>) arguments[0], (FetchEnd<String>) arguments[1], result);
      }
      if (cut) {
        return; // the answer is lost
      }
      var ignored =
          result.handle(
              (value, failure) -> {
                schedule(latency(), this, () -> answer(answer, value, failure));
                return null;
              });
    }

    private void completeAnyhow(
        Server server, Lease<String> lease, FetchEnd<String> end, CompletableFuture<?> result) {
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

    private void answer(
        CompletableFuture<Object> answer, @Nullable Object value, @Nullable Throwable failure) {
      if (failure != null) {
        answer.completeExceptionally(failure);
      } else {
        answer.complete(value);
      }
    }
  }

  /** What the ledger notifies of, on its way to a node. */
  private final class NodeFeed implements FeedListener<String> {
    private final Node node;
    private final boolean missedNothing;

    NodeFeed(Node node, boolean missedNothing) {
      this.node = node;
      this.missedNothing = missedNothing;
    }

    private void pass(Runnable call) {
      if (node.cut) {
        node.feed.add(call);
      } else {
        node.hear(call);
      }
    }

    @Override
    public void invalidated(String key) {
      schedule(0, null, () -> passInvalidation(key)); // when it is known what it is of
    }

    private void passInvalidation(String key) {
      int version = node.coming.getOrDefault(key, 0);
      if (flaw != Flaw.LOSES_INVALIDATIONS) {
        pass(
            () -> {
              node.feedListener().invalidated(key);
              node.floor.merge(key, version, Math::max);
            });
      }
    }

    @Override
    public void invalidatedAll() {
      schedule(0, null, this::passAll);
    }

    private void passAll() {
      Map<String, Integer> versions = new HashMap<>(node.coming);
      if (flaw != Flaw.LOSES_INVALIDATIONS) {
        pass(
            () -> {
              node.feedListener().invalidatedAll();
              versions.forEach((key, version) -> node.floor.merge(key, version, Math::max));
            });
      }
    }

    @Override
    public void changed(String key) {
      if (finishing || random.nextInt(5) > 0) {
        pass(() -> node.feedListener().changed(key));
      }
    }

    @Override
    public void attached(boolean always) {
      pass(() -> node.feedListener().attached(missedNothing));
    }

    @Override
    public void detached() {}
  }

  /** A node's timer. */
  private final class NodeTimer implements Timer {
    private final Node node;

    NodeTimer(Node node) {
      this.node = node;
    }

    @Override
    public Handle schedule(Runnable task, long delay, TimeUnit unit) {
      Event event = LedgerSimulation.this.schedule(unit.toNanos(delay), node, task);
      return () -> event.cancelled = true;
    }

    @Override
    public Handle scheduleCallback(Runnable task, long delay, TimeUnit unit) {
      return schedule(task, delay, unit);
    }
  }

  /** Returns what happened. */
  List<String> trace() {
    return List.copyOf(trace);
  }
}
