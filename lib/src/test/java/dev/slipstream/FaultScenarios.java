package dev.slipstream;

import static java.util.concurrent.CompletableFuture.completedFuture;

import dev.slipstream.FlightResult.End;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.ContinuationQueue;
import dev.slipstream.latch.OverflowPolicy;
import dev.slipstream.testing.FaultScenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What {@link FaultAtEveryPointTest} interrupts. Loaded anew by a loader of its own, together with
 * the library, and without points itself.
 */
public final class FaultScenarios implements Supplier<List<FaultScenario>> {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final List<FaultScenario> all = new ArrayList<>();

  @Override
  public List<FaultScenario> get() {
    UnaryOperator<CoalescingCacheBuilder<Object, Object>> plain = builder -> builder;
    add("completion", plain, FaultScenarios::completion);
    add("completion, a thread blocks", plain, FaultScenarios::blockedCompletion);
    add("completion, on one thread", FaultScenarios::onOneThread, FaultScenarios::completion);
    add("completion, observed", FaultScenarios::observed, FaultScenarios::completion);
    add("failure, observed", FaultScenarios::observed, FaultScenarios::failure);
    add("insert callback", FaultScenarios::inserting, FaultScenarios::completion);
    add("last leave", plain, FaultScenarios::lastLeave);
    add("last leave, observed", FaultScenarios::observed, FaultScenarios::lastLeave);
    add("leave", FaultScenarios::observed, FaultScenarios::leave);
    add("start", plain, FaultScenarios::start);
    add("start, observed", FaultScenarios::observed, FaultScenarios::start);
    add("start of a blocking loader", plain, FaultScenarios::blockingStart);
    add("start on this thread", FaultScenarios::onOneThread, FaultScenarios::blockingStart);
    add("join", plain, FaultScenarios::join);
    add("join, observed", FaultScenarios::observed, FaultScenarios::join);
    add("prefetch", FaultScenarios::observed, FaultScenarios::prefetch);
    add("refresh", FaultScenarios::observed, FaultScenarios::refresh);
    add("bulk start", plain, FaultScenarios::bulkStart);
    add("bulk start, one by one", plain, FaultScenarios::eachStart);
    add("bulk completion", plain, FaultScenarios::bulkCompletion);
    add("bulk completion, observed", FaultScenarios::observed, FaultScenarios::bulkCompletion);
    add("bulk failure", plain, FaultScenarios::bulkFailure);
    add("bulk leave", FaultScenarios::observed, FaultScenarios::bulkLeave);
    add("timeout, observed", FaultScenarios::observed, FaultScenarios::timeout);
    add("abort", FaultScenarios::observed, FaultScenarios::abort);
    add("close", plain, FaultScenarios::close);
    add("close, observed", FaultScenarios::observed, FaultScenarios::close);
    add("put", FaultScenarios::observed, FaultScenarios::put);
    add("invalidate", FaultScenarios::observed, FaultScenarios::invalidate);
    add("invalidateAll", FaultScenarios::observed, FaultScenarios::invalidateAll);
    add("compute", FaultScenarios::observed, FaultScenarios::compute);
    add("registration", plain, FaultScenarios::registration);
    add("a lost promise", FaultScenarios::observed, FaultScenarios::lostPromise);
    return all;
  }

  private void add(
      String name, UnaryOperator<CoalescingCacheBuilder<Object, Object>> with, Setup setup) {
    all.add(new Scenario(name, with, setup));
  }

  private static CoalescingCacheBuilder<Object, Object> onOneThread(
      CoalescingCacheBuilder<Object, Object> builder) {
    return builder.executor(Runnable::run).continuationExecutor(Runnable::run);
  }

  private static CoalescingCacheBuilder<Object, Object> inserting(
      CoalescingCacheBuilder<Object, Object> builder) {
    return builder.onInsert((key, fetched, current) -> fetched);
  }

  /** Everybody looks on: a journal, a sink that does not lose its way, and counts. */
  private static CoalescingCacheBuilder<Object, Object> observed(
      CoalescingCacheBuilder<Object, Object> builder) {
    return builder.recordStats().eventJournal(64).eventSink(event -> {});
  }

  private static Action completion(Scene scene) {
    scene.everybodyWaitsFor("k");
    return () -> scene.answer.complete("v");
  }

  private static Action blockedCompletion(Scene scene) {
    scene.fetch("k");
    scene.blockedThreadWaitsFor("k");
    return () -> scene.answer.complete("v");
  }

  private static Action failure(Scene scene) {
    scene.everybodyWaitsFor("k");
    return () -> scene.answer.completeExceptionally(new IllegalStateException("down"));
  }

  private static Action lastLeave(Scene scene) {
    FetchHandle<String> handle = scene.fetch("k");
    scene.continuationsOf("k", handle);
    scene.awaits("the watcher", scene.watch("k"));
    scene.awaits("the loader", scene.answer);
    return () -> handle.cancel(true);
  }

  private static Action leave(Scene scene) {
    scene.everybodyWaitsFor("k");
    FetchHandle<String> handle = scene.fetch("k");
    scene.awaits("the leaver's dependent", handle.handle((value, failure) -> 0));
    scene.later(() -> scene.answer.complete("v"));
    return () -> handle.cancel(true);
  }

  private static Action start(Scene scene) {
    scene.later(() -> scene.answer.complete("v"));
    return () -> scene.awaits("the caller", scene.cache.getOrFetch("k", scene.loader()));
  }

  private static Action blockingStart(Scene scene) {
    return () -> scene.awaits("the caller", scene.cache.getOrFetch("k", key -> "v"));
  }

  private static Action join(Scene scene) {
    FetchHandle<String> first = scene.fetch("k");
    scene.awaits("the loader", scene.answer);
    scene.later(
        () -> {
          FetchHandle<String> second = scene.joined;
          if (second != null) {
            second.cancel(true);
          }
          first.cancel(true);
        });
    return () -> scene.joined = scene.fetch("k");
  }

  private static Action prefetch(Scene scene) {
    scene.later(
        () -> {
          FetchHandle<String> joined = scene.cache.joinIfInFlight("k");
          if (joined != null) {
            scene.awaits("one that joins", joined);
          }
          scene.answer.complete("v");
        });
    return () -> scene.cache.prefetch("k", scene.loader());
  }

  private static Action refresh(Scene scene) {
    scene.cache.put("k", "old");
    scene.later(() -> scene.answer.complete("v"));
    return () -> scene.awaits("the caller", scene.cache.refresh("k", scene.loader()));
  }

  private static Action bulkStart(Scene scene) {
    scene.cache.put("cached", "v");
    scene.fetch("b");
    List<String> keys = List.of("a", "b", "cached", "c");
    scene.later(
        () -> {
          scene.answer.complete("v");
          scene.answers.complete(Map.of("a", "v", "c", "v"));
        });
    return () ->
        scene.awaits(
            "the caller", scene.cache.getAllOrFetch(keys, (wanted, context) -> scene.answers));
  }

  private static Action eachStart(Scene scene) {
    LoadingCoalescingCache<String, String> each = scene.loading();
    scene.later(() -> scene.answer.complete("v"));
    return () -> scene.awaits("the caller", each.getAllOrFetch(List.of("a", "b", "c")));
  }

  /** A bulk call, callers that have joined its keys, and a value that nobody asked for. */
  private static CompletableFuture<Map<String, String>> bulk(Scene scene) {
    CompletableFuture<Map<String, String>> all =
        scene.cache.getAllOrFetch(List.of("a", "b"), (keys, context) -> scene.answers);
    scene.awaits("the bulk caller", all);
    scene.awaits("the bulk caller's dependent", all.handle((values, failure) -> 0));
    return all;
  }

  private static Action bulkCompletion(Scene scene) {
    bulk(scene);
    scene.everybodyWaitsFor("a");
    scene.awaits("a caller of b", scene.fetch("b"));
    scene.asksAgainFor("b", "unrequested", "another");
    Map<String, String> values = new HashMap<>(Map.of("a", "v", "b", "w"));
    values.put("unrequested", "x");
    values.put("another", "y");
    return () -> scene.answers.complete(values);
  }

  private static Action bulkFailure(Scene scene) {
    bulk(scene);
    scene.everybodyWaitsFor("a");
    scene.asksAgainFor("b");
    return () -> scene.answers.completeExceptionally(new IllegalStateException("down"));
  }

  private static Action bulkLeave(Scene scene) {
    CompletableFuture<Map<String, String>> all = bulk(scene);
    scene.awaits("the loader", scene.answers);
    scene.asksAgainFor("a", "b");
    return () -> all.cancel(true);
  }

  private static Action timeout(Scene scene) {
    scene.everybodyWaitsFor("k");
    Flight<String, String> flight = scene.flightOf("k");
    return () -> {
      if (flight != null) { // else it has timed out by itself, and this run does not count
        flight.end(Failures.fetchTimeout("k", flight.core.config), End.TIMEOUT);
      }
    };
  }

  private static Action abort(Scene scene) {
    scene.everybodyWaitsFor("k");
    Exception cause = new IllegalStateException("enough");
    return () -> scene.cache.abort("k", cause);
  }

  private static Action close(Scene scene) {
    scene.everybodyWaitsFor("k");
    bulk(scene);
    FetchHandle<String> other = scene.fetch("l");
    scene.awaits("a dependent of l", other.handle((value, failure) -> 0));
    return scene.cache::close;
  }

  private static Action put(Scene scene) {
    return write(scene, () -> scene.cache.put("k", "w"));
  }

  private static Action invalidate(Scene scene) {
    return write(scene, () -> scene.cache.invalidate("k"));
  }

  private static Action invalidateAll(Scene scene) {
    scene.cache.put("l", "old");
    return write(scene, scene.cache::invalidateAll);
  }

  private static Action compute(Scene scene) {
    return write(scene, () -> scene.cache.asMap().compute("k", (key, value) -> "w"));
  }

  private static Action write(Scene scene, Action write) {
    scene.everybodyWaitsFor("k");
    scene.later(() -> scene.answer.complete("v"));
    return write;
  }

  private static Action registration(Scene scene) {
    FetchHandle<String> handle = scene.fetch("k");
    scene.later(() -> scene.answer.complete("v"));
    return () -> scene.continuationsOf("k", handle);
  }

  private static Action lostPromise(Scene scene) {
    FetchHandle<String> handle = scene.fetchUnheld("k");
    scene.continuationsOf("k", handle);
    Flight<String, String> flight = scene.flightOf("k");
    Slot<String, String> slot = flight.slot;
    return () -> {
      slot.enqueue(); // as the collector does
      scene.awaits("a caller of another key", scene.cache.getOrFetch("l", (k, c) -> scene.answer));
      scene.answer.complete("v");
    };
  }

  private interface Action {
    void act() throws Throwable;
  }

  private interface Setup {
    Action prepare(Scene scene);
  }

  private record Scenario(
      String name, UnaryOperator<CoalescingCacheBuilder<Object, Object>> with, Setup setup)
      implements FaultScenario {
    @Override
    public Run prepare() {
      while (true) {
        Scene scene = new Scene(with);
        scene.action = setup.prepare(scene);
        if (!scene.tooSlow) {
          return scene;
        }
        scene.close(); // the machine stood still, and a fetch has timed out meanwhile
      }
    }
  }

  /** A cache and those who wait for something of it. */
  private static final class Scene implements FaultScenario.Run {
    final CoalescingCache<String, String> cache;
    final CompletableFuture<String> answer = new CompletableFuture<>();
    final CompletableFuture<Map<String, String>> answers = new CompletableFuture<>();
    private final UnaryOperator<CoalescingCacheBuilder<Object, Object>> with;
    private final Map<String, Future<?>> awaited = new LinkedHashMap<>();
    private final List<Runnable> later = new ArrayList<>();
    private final List<String> keys = new ArrayList<>(List.of("k"));
    private final List<CoalescingCache<?, ?>> caches = new ArrayList<>();
    private final ContinuationQueue queue =
        ContinuationQueue.create(2, 1, OverflowPolicy.CALLER_RUNS);
    private Action action = () -> {};
    private boolean tooSlow;
    FetchHandle<String> joined;

    Scene(UnaryOperator<CoalescingCacheBuilder<Object, Object>> with) {
      this.with = with;
      cache = builder().build();
      caches.add(cache);
      CompletableFuture<Integer> probed = new CompletableFuture<>();
      cache.onStateChanged(
          (key, before, after) -> {
            if (key.equals("probe")) {
              probed.complete(0);
            }
          });
      later(
          () -> {
            if (!((SlipstreamCache<?, ?>) cache).core.isClosed()) {
              cache.put("probe", "v");
              awaits("the state listener", probed);
            }
          });
    }

    private CoalescingCacheBuilder<Object, Object> builder() {
      return with.apply(CoalescingCache.builder().name("faults").fetchTimeout(TIMEOUT));
    }

    LoadingCoalescingCache<String, String> loading() {
      LoadingCoalescingCache<String, String> loading = builder().build(loader());
      caches.add(loading);
      return loading;
    }

    AsyncLoader<String, String> loader() {
      return (key, context) -> answer;
    }

    FetchHandle<String> fetch(String key) {
      FetchHandle<String> handle = fetchUnheld(key);
      awaits("a caller of " + key + ", " + awaited.size(), handle);
      return handle;
    }

    FetchHandle<String> fetchUnheld(String key) {
      return cache.getOrFetch(key, loader());
    }

    Flight<String, String> flightOf(String key) {
      return ((SlipstreamCache<String, String>) cache).lost.flightOf(key);
    }

    /** Blocks a thread on a handle. */
    void blockedThreadWaitsFor(String key) {
      FutureTask<String> blocked = new FutureTask<>(fetch(key)::get);
      awaits("a blocked thread", blocked);
      Thread thread = new Thread(blocked);
      thread.setDaemon(true);
      thread.start();
      while (thread.getState() != Thread.State.WAITING && thread.isAlive()) {
        Thread.onSpinWait();
      }
    }

    CompletableFuture<?> watch(String key) {
      Flight<String, String> flight = flightOf(key);
      tooSlow |= flight == null;
      return flight == null ? completedFuture("") : flight.watch();
    }

    void awaits(String who, Future<?> future) {
      awaited.put(who, future);
    }

    void later(Runnable task) {
      later.add(task);
    }

    void asksAgainFor(String... more) {
      keys.addAll(List.of(more));
    }

    void everybodyWaitsFor(String key) {
      FetchHandle<String> first = fetch(key);
      FetchHandle<String> second = fetch(key);
      awaits("a dependent", second.handle((value, failure) -> 0));
      FetchHandle<String> third = fetch(key);
      awaits("another dependent", third.whenComplete((value, failure) -> {}));
      awaits("the watcher", watch(key));
      awaits("the subscriber", cache.changes().subscribe(key).nextChange());
      continuationsOf(key, first);
      for (String name : List.of("queued", "waiting in the queue", "run by the caller")) {
        CompletableFuture<Integer> told = new CompletableFuture<>();
        cache.onComplete(
            key,
            name,
            ContinuationOptions.defaults().queue(queue).timeout(Duration.ofSeconds(20)),
            outcome -> told.complete(0));
        awaits("the continuation " + name, told);
      }
      later(
          () -> {
            CompletableFuture<Integer> told = new CompletableFuture<>();
            cacheOfItsOwn()
                .onComplete(
                    "k",
                    "next",
                    ContinuationOptions.defaults().queue(queue),
                    outcome -> told.complete(0));
            awaits("the next continuation of the queue", told);
          });
    }

    private CoalescingCache<String, String> cacheOfItsOwn() {
      CoalescingCache<String, String> other =
          CoalescingCache.builder().name("other").recordStats().build();
      other.put("k", "v");
      caches.add(other);
      return other;
    }

    void continuationsOf(String key, FetchHandle<String> handle) {
      CompletableFuture<Integer> byKey = new CompletableFuture<>();
      cache.onComplete(key, "by key", outcome -> byKey.complete(0));
      awaits("the continuation by key", byKey);
      CompletableFuture<Integer> byHandle = new CompletableFuture<>();
      handle.onComplete("by handle", outcome -> byHandle.complete(0));
      awaits("the continuation by handle", byHandle);
    }

    @Override
    public void act() throws Throwable {
      action.act();
    }

    @Override
    public void goOn() {
      later.forEach(Runnable::run);
      for (String key : keys) {
        awaits("a new caller of " + key, cache.getOrFetch(key, (k, c) -> completedFuture("new")));
      }
    }

    @Override
    public List<String> waiting() {
      return awaited.entrySet().stream()
          .filter(entry -> !entry.getValue().isDone())
          .map(Map.Entry::getKey)
          .toList();
    }

    @Override
    public void close() {
      caches.forEach(CoalescingCache::close);
    }
  }
}
