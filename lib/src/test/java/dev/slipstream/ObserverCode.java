package dev.slipstream;

import static dev.slipstream.Scene.KEY;

import com.github.benmanes.caffeine.cache.RemovalListener;
import dev.slipstream.canal.CanalHandle;
import dev.slipstream.canal.Checkpoint;
import dev.slipstream.canal.CheckpointStore;
import dev.slipstream.canal.EventCursor;
import dev.slipstream.canal.Reactor;
import dev.slipstream.latch.Outcome;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.ChangeSubscription;
import dev.slipstream.watch.EventHistory;
import dev.slipstream.watch.EventType;
import dev.slipstream.watch.KeyAwaiter;
import dev.slipstream.watch.KeyState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** User code that observes a cache. */
final class ObserverCode {
  private static final String CHECKPOINTS = "`CheckpointStore`";
  private static final String FUTURES =
      "a stage that depends on `nextChange()`, an awaiter's future, or `state(key)`'s";
  private static final String LISTENER = "`FetchListener`";
  private static final String SUBSCRIBER = "`Flow.Subscriber` of events";
  private static final String SOURCES = "`KeySource`, `EventHistory`, `KeyAttach` of your own";

  private ObserverCode() {}

  static List<UserCode> all() {
    return List.of(
        UserCode.of("`removalListener`", "of an invalidation", ObserverCode::removalListener),
        UserCode.of("`DiscardListener`", "of a late value", ObserverCode::discardListener),
        UserCode.of("`DiscardListener`", "of a fenced value", ObserverCode::discardOfAFenced),
        UserCode.of("`onStateChanged` listener", "of a put", ObserverCode::stateListener),
        UserCode.of(LISTENER, "at the start", ObserverCode::listenerOfAStart),
        UserCode.of(LISTENER, "of a leave", ObserverCode::listenerOfALeave),
        UserCode.of(LISTENER, "at the end", ObserverCode::listenerOfAnEnd),
        UserCode.of("`EventSink`", "of a put", ObserverCode::eventSink),
        UserCode.of(SUBSCRIBER, "onSubscribe", ObserverCode::subscribed),
        UserCode.of(SUBSCRIBER, "onNext of a put", ObserverCode::subscriber),
        UserCode.of("`BatchHandler`", "of a put", ObserverCode::canalHandler),
        UserCode.of(CHECKPOINTS, "load", ObserverCode::checkpointLoad),
        UserCode.of(CHECKPOINTS, "save", ObserverCode::checkpointSave),
        UserCode.of(FUTURES, "nextChange", ObserverCode::nextChange),
        UserCode.of(FUTURES, "awaitOutcome", ObserverCode::awaitOutcome),
        UserCode.of(FUTURES, "awaitEvent", ObserverCode::awaitEvent),
        UserCode.of(FUTURES, "state", ObserverCode::state),
        UserCode.of(SOURCES, "source of an await", ObserverCode::sourceOfAnAwait),
        UserCode.of(SOURCES, "source of a tick", ObserverCode::sourceOfATick),
        UserCode.of(SOURCES, "history", ObserverCode::history),
        UserCode.of(SOURCES, "attach", ObserverCode::attach));
  }

  private static void put(Scene scene, CoalescingCache<Object, String> cache) {
    scene.runs(() -> cache.put(KEY, "value"));
  }

  private static void removalListener(Scene scene) {
    RemovalListener<Object, Object> listener = (key, value, cause) -> scene.block();
    CoalescingCache<Object, String> cache =
        scene.cache(builder -> builder.removalListener(listener));
    cache.put(KEY, "value");
    scene.runs(() -> cache.invalidate(KEY));
  }

  private static CoalescingCache<Object, String> discarding(Scene scene) {
    return scene.cache(builder -> builder.discardListener((key, value) -> scene.block()));
  }

  private static void discardListener(Scene scene) {
    discarding(scene)
        .getOrFetch(KEY, (key, context) -> scene.promise().minimalCompletionStage())
        .cancel(true);
    scene.completes();
  }

  private static void discardOfAFenced(Scene scene) {
    CoalescingCache<Object, String> cache = discarding(scene);
    cache.prefetch(KEY, (key, context) -> scene.promise());
    cache.put(KEY, "newer");
    scene.completes();
  }

  private static void stateListener(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    cache.onStateChanged((key, before, after) -> scene.block());
    scene.own(() -> cache.onStateChanged((key, before, after) -> {}).close());
    put(scene, cache);
  }

  private static void listenerOfAStart(Scene scene) {
    CoalescingCache<Object, String> cache =
        scene.cache(
            builder ->
                builder.fetchListener(
                    new FetchListener<Object>() {
                      @Override
                      public void onStart(long fetchId, Object key) {
                        scene.block();
                      }
                    }));
    scene.runs(() -> scene.startAlone(cache));
  }

  private static void listenerOfALeave(Scene scene) {
    CoalescingCache<Object, String> cache =
        scene.cache(
            builder ->
                builder.fetchListener(
                    new FetchListener<Object>() {
                      @Override
                      public void onLeave(long fetchId, Object key) {
                        scene.block();
                      }
                    }));
    FetchHandle<String> handle = scene.start(cache);
    scene.runs(() -> handle.cancel(true));
  }

  private static void listenerOfAnEnd(Scene scene) {
    CoalescingCache<Object, String> cache =
        scene.cache(
            builder ->
                builder.fetchListener(
                    new FetchListener<Object>() {
                      @Override
                      public void onEnd(long fetchId, Object key, FetchEnd end) {
                        scene.block();
                      }
                    }));
    scene.start(cache);
    scene.completes();
  }

  private static void eventSink(Scene scene) {
    put(scene, scene.cache(builder -> builder.eventSink(event -> scene.block())));
  }

  private static void subscribed(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache(builder -> builder.eventJournal(64));
    BlockedSubscriber subscriber = new BlockedSubscriber(scene::block, () -> {});
    scene.own(subscriber::request);
    scene.runs(() -> cache.events().publisher(64).subscribe(subscriber));
  }

  private static void subscriber(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache(builder -> builder.eventJournal(64));
    BlockedSubscriber subscriber = new BlockedSubscriber(() -> {}, scene::block);
    cache.events().publisher(64).subscribe(subscriber);
    scene.own(subscriber::request);
    put(scene, cache);
  }

  private static void canalHandler(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache(builder -> builder.eventJournal(64));
    EventCursor<Object, String> cursor = scene.closes(cache.events().cursor(0));
    CanalHandle reactor = Reactor.run(cursor, batch -> scene.block());
    scene.closes(reactor::close);
    scene.own(reactor::stop);
    put(scene, cache);
  }

  private static CoalescingCache<Object, String> withCheckpoints(
      Scene scene, Runnable load, Runnable save) {
    CheckpointStore store =
        new CheckpointStore() {
          @Override
          public @Nullable Checkpoint load(String id) {
            load.run();
            return null;
          }

          @Override
          public void save(String id, Checkpoint checkpoint) {
            save.run();
          }
        };
    return scene.cache(builder -> builder.eventJournal(64).checkpointStore(store));
  }

  private static void checkpointLoad(Scene scene) {
    CoalescingCache<Object, String> cache = withCheckpoints(scene, scene::block, () -> {});
    scene.runs(() -> cache.events().cursor("c").close());
  }

  private static void checkpointSave(Scene scene) throws InterruptedException {
    CoalescingCache<Object, String> cache = withCheckpoints(scene, () -> {}, scene::block);
    EventCursor<Object, String> cursor = scene.closes(cache.events().cursor("c"));
    cache.put(KEY, "value");
    cursor.pullBatch(1, Duration.ofSeconds(1));
    scene.own(
        () -> {
          cursor.position();
          cursor.rewind();
          cursor.close();
        });
    scene.runs(() -> cursor.commit());
  }

  private static void nextChange(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    ChangeSubscription subscription = scene.closes(cache.changes().subscribe(KEY));
    subscription.nextChange().whenComplete((version, failure) -> scene.block());
    scene.own(
        () -> {
          subscription.hasChanged();
          subscription.nextChange().cancel(true);
          subscription.close();
        });
    put(scene, cache);
  }

  private static void awaitOutcome(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    CompletableFuture<Outcome<String>> future = cache.awaiter().awaitOutcome(KEY);
    scene.closes(() -> future.cancel(true));
    future.whenComplete((outcome, failure) -> scene.block());
    put(scene, cache);
  }

  private static void awaitEvent(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache(builder -> builder.eventJournal(64));
    CompletableFuture<CacheEvent<Object, String>> future =
        cache.awaiter().awaitEvent(KEY, EventType.PUT, 0);
    scene.closes(() -> future.cancel(true));
    future.whenComplete((event, failure) -> scene.block());
    put(scene, cache);
  }

  private static void state(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    scene.start(cache);
    KeyState.InFlight<String> state = (KeyState.InFlight<String>) cache.state(KEY);
    state.outcome().whenComplete((outcome, failure) -> scene.block());
    scene.completes();
  }

  private static KeyAwaiter<Object, String> blockingAwaiter(
      Scene scene, CoalescingCache<Object, String> cache) {
    return KeyAwaiter.<Object, String>over(
            key -> {
              scene.block();
              return cache.state(key);
            })
        .hub(cache.changes())
        .executor(Runnable::run)
        .build();
  }

  private static void sourceOfAnAwait(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    KeyAwaiter<Object, String> awaiter = blockingAwaiter(scene, cache);
    scene.own(() -> awaiter.awaitOutcome(KEY).cancel(true));
    scene.calls(() -> awaiter.awaitOutcome(KEY).cancel(true));
  }

  private static void sourceOfATick(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    KeyAwaiter<Object, String> awaiter = blockingAwaiter(scene, cache);
    CompletableFuture<Outcome<String>> future = awaiter.awaitOutcome(KEY);
    scene.closes(() -> future.cancel(true));
    scene.own(() -> future.cancel(true));
    put(scene, cache);
  }

  private static void history(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache(builder -> builder.eventJournal(64));
    EventHistory<Object, String> history =
        new EventHistory<>() {
          @Override
          public long settledSequence() {
            return cache.events().lastSequence();
          }

          @Override
          public @Nullable CacheEvent<Object, String> firstAfter(
              Object key, EventType type, long afterSequence) {
            scene.block();
            return null;
          }
        };
    KeyAwaiter<Object, String> awaiter =
        KeyAwaiter.<Object, String>over(cache::state)
            .hub(cache.changes())
            .eventJournal(history)
            .executor(Runnable::run)
            .build();
    cache.put(KEY, "first");
    scene.own(() -> awaiter.awaitEvent(KEY, EventType.PUT, 0).cancel(true));
    scene.calls(() -> awaiter.awaitEvent(KEY, EventType.PUT, 0).cancel(true));
  }

  private static void attach(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    KeyAwaiter<Object, String> awaiter =
        KeyAwaiter.<Object, String>over(cache::state)
            .hub(cache.changes())
            .attach(
                key -> {
                  scene.block();
                  return cache.awaiter().awaitOutcome(key);
                })
            .executor(Runnable::run)
            .build();
    scene.own(() -> awaiter.awaitOutcome(KEY).cancel(true));
    scene.calls(() -> awaiter.awaitOutcome(KEY).cancel(true));
  }
}
