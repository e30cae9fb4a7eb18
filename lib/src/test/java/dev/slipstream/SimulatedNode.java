package dev.slipstream;

import dev.slipstream.LedgerSimulation.Flaw;
import dev.slipstream.ledger.LedgerOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node of a simulation: its cache, what its users do, and what goes wrong with it. */
final class SimulatedNode {
  final String name;

  /** The versions whose invalidation returned here or was delivered. */
  final Map<String, Integer> floor = new HashMap<>();

  /** The versions that were invalidated here. */
  final Map<String, Integer> issued = new HashMap<>();

  /** The versions whose invalidation is on its way here. */
  final Map<String, Integer> coming = new HashMap<>();

  final List<CompletableFuture<?>> calls = new ArrayList<>();
  final ArrayDeque<SimulationEvent> backlog = new ArrayDeque<>();
  final SimulatedConnection connection;
  final CoalescingCache<String, String> cache;
  boolean alive = true;
  boolean paused;

  private final SimulationTime time;
  private final SimulatedDatabase database;
  private final List<CompletableFuture<String>> loads = new ArrayList<>();
  private long troubledUntil;

  SimulatedNode(
      String name,
      SimulationTime time,
      SimulatedDatabase database,
      SimulatedLedger ledger,
      Flaw flaw) {
    this.name = name;
    this.time = time;
    this.database = database;
    this.connection = new SimulatedConnection(this, time, ledger, flaw);
    Executor executor = task -> time.schedule(time.random.nextInt(200_000), this, task);
    cache =
        CoalescingCache.builder()
            .name(name)
            .executor(executor)
            .continuationExecutor(executor)
            .timer(new SimulatedTimer(time, this))
            .ledger(
                connection.proxy(),
                LedgerOptions.builder()
                    .node(name)
                    .leaseTime(Duration.ofNanos(SimulatedLedger.LEASE))
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
    time.say(this + (refresh ? " refreshes " : " gets ") + key);
    AsyncLoader<String, String> loader = this::load;
    calls.add(refresh ? cache.refresh(key, loader) : cache.getOrFetch(key, loader));
  }

  private CompletionStage<String> load(String key, FetchContext context) {
    CompletableFuture<String> stage = new CompletableFuture<>();
    String value = database.value(key);
    time.say(this + " loads " + value);
    loads.add(stage);
    boolean slow = time.random.nextInt(6) == 0;
    long takes = time.random.nextInt(slow ? 1500 : 150) * SimulationTime.MILLI;
    boolean fails = time.random.nextInt(15) == 0;
    time.schedule(
        takes,
        this,
        () -> {
          if (!database.answers) {
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
      time.say(this + ": a caller leaves");
      waiting.get(time.random.nextInt(waiting.size())).cancel(true);
    }
  }

  void invalidate(String key) {
    issue(key);
    time.say(this + " invalidates " + database.value(key));
    cache.invalidate(key);
    floor.putAll(issued);
  }

  void invalidateAll() {
    SimulatedDatabase.KEYS.forEach(this::issue);
    time.say(this + " invalidates all");
    cache.invalidateAll();
    floor.putAll(issued);
  }

  private void issue(String key) {
    issued.put(key, database.change(key));
  }

  @Nullable Integer cached(String key) {
    String value = cache.getIfPresent(key);
    return value == null ? null : SimulatedDatabase.version(value);
  }

  /** Checks that no flight of a node that is well waits for a fetch. */
  void checkNotWaiting(@Nullable Object id) {
    if (!alive || paused || connection.isCut() || time.now() < troubledUntil) {
      return;
    }
    CacheCore<?, ?> core = ((SlipstreamCache<?, ?>) cache).core;
    for (Slot<?, ?> slot : core.registry.snapshot()) {
      Flight<?, ?> flight = Flight.in(slot);
      if (flight != null && flight.load instanceof SharedLoad<?, ?> load) {
        time.check(
            load.awaited() == null || !load.awaited().equals(id),
            "S4: a fetch was given up that " + this + " waits for");
      }
    }
  }

  // --- what goes wrong

  void pause() {
    time.say(this + " is paused");
    paused = true;
  }

  void resume() {
    time.say(this + " goes on");
    paused = false;
    trouble();
    while (!backlog.isEmpty()) {
      SimulationEvent held = backlog.remove();
      time.schedule(
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
  void trouble() {
    troubledUntil = time.now() + TimeUnit.SECONDS.toNanos(5);
  }

  void die() {
    alive = false;
    connection.close();
    cache.close();
  }
}
