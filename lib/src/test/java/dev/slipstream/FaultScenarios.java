package dev.slipstream;

import dev.slipstream.FlightResult.End;
import dev.slipstream.testing.FaultScenario;
import dev.slipstream.testing.FaultScenario.Run;
import dev.slipstream.view.CacheView;
import dev.slipstream.view.EntryView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What {@link FaultAtEveryPointTest} interrupts. Loaded anew by a loader of its own, together with
 * the library, and without points itself.
 */
public final class FaultScenarios implements Supplier<List<FaultScenario>> {

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
    add("failing insert callback", FaultScenarios::failingToInsert, FaultScenarios::completion);
    add("completed by its caller", FaultScenarios::observed, FaultScenarios::callerCompletes);
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
    add("replace", FaultScenarios::observed, FaultScenarios::replace);
    add("restore", FaultScenarios::observed, FaultScenarios::restore);
    add("await an outcome", FaultScenarios::observed, FaultScenarios::awaitOutcome);
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

  private static CoalescingCacheBuilder<Object, Object> failingToInsert(
      CoalescingCacheBuilder<Object, Object> builder) {
    return builder.onInsert(
        (key, fetched, current) -> {
          throw new IllegalStateException("no insert");
        });
  }

  private static Action completion(FaultScene scene) {
    scene.everybodyWaitsFor("k");
    return () -> scene.answer.complete("v");
  }

  private static Action blockedCompletion(FaultScene scene) {
    scene.fetch("k");
    scene.blockedThreadWaitsFor("k");
    return () -> scene.answer.complete("v");
  }

  private static Action failure(FaultScene scene) {
    scene.everybodyWaitsFor("k");
    return () -> scene.answer.completeExceptionally(new IllegalStateException("down"));
  }

  private static Action lastLeave(FaultScene scene) {
    FetchHandle<String> handle = scene.fetch("k");
    scene.continuationsOf("k", handle);
    scene.awaits("the watcher", scene.watch("k"));
    scene.awaits("the loader", scene.answer);
    return () -> handle.cancel(true);
  }

  private static Action callerCompletes(FaultScene scene) {
    FetchHandle<String> handle = scene.fetch("k");
    scene.continuationsOf("k", handle);
    scene.awaits("the caller's dependent", handle.handle((value, failure) -> 0));
    scene.awaits("the loader", scene.answer);
    return () -> handle.complete("its own");
  }

  private static Action leave(FaultScene scene) {
    scene.everybodyWaitsFor("k");
    FetchHandle<String> handle = scene.fetch("k");
    scene.awaits("the leaver's dependent", handle.handle((value, failure) -> 0));
    scene.later(() -> scene.answer.complete("v"));
    return () -> handle.cancel(true);
  }

  private static Action start(FaultScene scene) {
    scene.later(() -> scene.answer.complete("v"));
    return () -> scene.awaits("the caller", scene.cache.getOrFetch("k", scene.loader()));
  }

  private static Action blockingStart(FaultScene scene) {
    return () -> scene.awaits("the caller", scene.cache.getOrFetch("k", key -> "v"));
  }

  private static Action join(FaultScene scene) {
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

  private static Action prefetch(FaultScene scene) {
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

  private static Action refresh(FaultScene scene) {
    scene.cache.put("k", "old");
    scene.later(() -> scene.answer.complete("v"));
    return () -> scene.awaits("the caller", scene.cache.refresh("k", scene.loader()));
  }

  private static Action bulkStart(FaultScene scene) {
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

  private static Action eachStart(FaultScene scene) {
    LoadingCoalescingCache<String, String> each = scene.loading();
    scene.later(() -> scene.answer.complete("v"));
    return () -> scene.awaits("the caller", each.getAllOrFetch(List.of("a", "b", "c")));
  }

  /** A bulk call, callers that have joined its keys, and a value that nobody asked for. */
  private static CompletableFuture<Map<String, String>> bulk(FaultScene scene) {
    CompletableFuture<Map<String, String>> all =
        scene.cache.getAllOrFetch(List.of("a", "b"), (keys, context) -> scene.answers);
    scene.awaits("the bulk caller", all);
    scene.awaits("the bulk caller's dependent", all.handle((values, failure) -> 0));
    return all;
  }

  private static Action bulkCompletion(FaultScene scene) {
    bulk(scene);
    scene.everybodyWaitsFor("a");
    scene.awaits("a caller of b", scene.fetch("b"));
    scene.asksAgainFor("b", "unrequested", "another");
    Map<String, String> values = new HashMap<>(Map.of("a", "v", "b", "w"));
    values.put("unrequested", "x");
    values.put("another", "y");
    return () -> scene.answers.complete(values);
  }

  private static Action bulkFailure(FaultScene scene) {
    bulk(scene);
    scene.everybodyWaitsFor("a");
    scene.asksAgainFor("b");
    return () -> scene.answers.completeExceptionally(new IllegalStateException("down"));
  }

  private static Action bulkLeave(FaultScene scene) {
    CompletableFuture<Map<String, String>> all = bulk(scene);
    scene.awaits("the loader", scene.answers);
    scene.asksAgainFor("a", "b");
    return () -> all.cancel(true);
  }

  private static Action timeout(FaultScene scene) {
    scene.everybodyWaitsFor("k");
    Flight<String, String> flight = scene.flightOf("k");
    return () -> {
      if (flight != null) { // else it has timed out by itself, and this run does not count
        flight.end(Failures.fetchTimeout("k", flight.core.config), End.TIMEOUT);
      }
    };
  }

  private static Action abort(FaultScene scene) {
    scene.everybodyWaitsFor("k");
    Exception cause = new IllegalStateException("enough");
    return () -> scene.cache.abort("k", cause);
  }

  private static Action close(FaultScene scene) {
    scene.everybodyWaitsFor("k");
    bulk(scene);
    FetchHandle<String> other = scene.fetch("l");
    scene.awaits("a dependent of l", other.handle((value, failure) -> 0));
    return scene.cache::close;
  }

  private static Action put(FaultScene scene) {
    return write(scene, () -> scene.cache.put("k", "w"));
  }

  private static Action invalidate(FaultScene scene) {
    return write(scene, () -> scene.cache.invalidate("k"));
  }

  private static Action invalidateAll(FaultScene scene) {
    scene.cache.put("l", "old");
    return write(scene, scene.cache::invalidateAll);
  }

  private static Action compute(FaultScene scene) {
    return write(scene, () -> scene.cache.asMap().compute("k", (key, value) -> "w"));
  }

  private static Action replace(FaultScene scene) {
    return write(scene, () -> scene.cache.asMap().replace("k", "not there", "w"));
  }

  private static Action restore(FaultScene scene) {
    CacheView<String, String> view =
        new CacheView<>(List.of(new EntryView<>("k", "w", Instant.EPOCH, null)));
    return write(scene, () -> scene.cache.restore(view));
  }

  private static Action awaitOutcome(FaultScene scene) {
    scene.fetch("k");
    scene.later(() -> scene.answer.complete("v"));
    return () -> scene.awaits("the awaiter", scene.cache.awaiter().awaitOutcome("k"));
  }

  private static Action write(FaultScene scene, Action write) {
    scene.everybodyWaitsFor("k");
    scene.later(() -> scene.answer.complete("v"));
    return write;
  }

  private static Action registration(FaultScene scene) {
    FetchHandle<String> handle = scene.fetch("k");
    scene.later(() -> scene.answer.complete("v"));
    return () -> scene.continuationsOf("k", handle);
  }

  private static Action lostPromise(FaultScene scene) {
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

  interface Action {
    void act() throws Throwable;
  }

  private interface Setup {
    Action prepare(FaultScene scene);
  }

  private record Scenario(
      String name, UnaryOperator<CoalescingCacheBuilder<Object, Object>> with, Setup setup)
      implements FaultScenario {
    @Override
    public Run prepare() {
      while (true) {
        FaultScene scene = new FaultScene(with);
        scene.action = setup.prepare(scene);
        if (!scene.tooSlow) {
          return scene;
        }
        scene.close(); // the machine stood still, and a fetch has timed out meanwhile
      }
    }
  }
}
