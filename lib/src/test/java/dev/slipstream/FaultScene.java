package dev.slipstream;

import static java.util.concurrent.CompletableFuture.completedFuture;

import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.ContinuationQueue;
import dev.slipstream.latch.OverflowPolicy;
import dev.slipstream.testing.FaultScenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A cache, and the futures that wait for something of it. */
final class FaultScene implements FaultScenario.Run {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** A cache that has nothing to do with any of this, and whose timeouts must come all the same. */
  private static final CoalescingCache<Object, String> BYSTANDER =
      CoalescingCache.builder().fetchTimeout(Duration.ofMillis(20)).build();

  private static final AtomicInteger NUMBERS = new AtomicInteger();

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
  FaultScenarios.Action action = () -> {};
  boolean tooSlow;
  FetchHandle<String> joined;

  FaultScene(UnaryOperator<CoalescingCacheBuilder<Object, Object>> with) {
    this.with = with;
    cache = builder().build();
    caches.add(cache);
    String probe = "probe " + NUMBERS.incrementAndGet();
    CompletableFuture<Integer> probed = new CompletableFuture<>();
    cache.onStateChanged(
        (key, before, after) -> {
          if (key.equals(probe)) {
            probed.complete(0);
          }
        });
    later(() -> putProbe(probe, probed));
  }

  private void putProbe(String probe, Future<?> probed) {
    CacheCore<?, ?> core = ((SlipstreamCache<?, ?>) cache).core;
    if (core.isClosed()) {
      return;
    }
    cache.put(probe, "v");
    awaits("the state listener", probed);
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

  void awaits(String name, Future<?> future) {
    awaited.put(name, future);
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
      CompletableFuture<Integer> ran = new CompletableFuture<>();
      cache.onComplete(
          key,
          name,
          ContinuationOptions.defaults().queue(queue).timeout(Duration.ofSeconds(20)),
          outcome -> ran.complete(0));
      awaits("the continuation " + name, ran);
    }
    later(
        () -> {
          CompletableFuture<Integer> ran = new CompletableFuture<>();
          cacheOfItsOwn()
              .onComplete(
                  "k",
                  "next",
                  ContinuationOptions.defaults().queue(queue),
                  outcome -> ran.complete(0));
          awaits("the next continuation of the queue", ran);
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
    awaits(
        "another cache's timeout",
        BYSTANDER.getOrFetch(new Object(), (k, c) -> new CompletableFuture<>()));
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
