package dev.slipstream;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A cache, a thread that is blocked in user code, and another thread that tries an operation. */
final class Scene implements AutoCloseable {
  static final Object KEY = "k";

  private final LeakCheck caches;
  private final Gate gate = new Gate();
  private final CompletableFuture<String> promise = new CompletableFuture<>();
  private final CompletableFuture<String> pending = new CompletableFuture<>();
  private final List<AutoCloseable> resources = new ArrayList<>();
  private Object key = KEY;
  private @Nullable CoalescingCache<Object, String> cache;
  private @Nullable Callable<?> call;
  private Runnable own = () -> {};
  private @Nullable Caller<?> calling;
  private @Nullable Caller<?> other;

  private Scene(LeakCheck caches) {
    this.caches = caches;
  }

  /** Blocks a thread in the code: the one that makes the call, or another on its behalf. */
  static Scene blockedIn(UserCode code, LeakCheck caches) throws Exception {
    Scene scene = start(code, 1, caches);
    Eventually.until("the code runs", scene::isBlocked);
    return scene;
  }

  /** Blocks the calling thread in the n-th run of the code, unless the call ends before. */
  static Scene blockedIn(UserCode code, int n, LeakCheck caches) throws Exception {
    Scene scene = start(code, n, caches);
    Eventually.until(
        "the code runs, or the call ends", () -> scene.isBlocked() || scene.calling.isReturned());
    return scene;
  }

  private static Scene start(UserCode code, int n, LeakCheck caches) throws Exception {
    Scene scene = new Scene(caches);
    code.setup().prepare(scene);
    scene.gate.arm(n);
    scene.calling = Caller.start(scene.call);
    return scene;
  }

  boolean isBlocked() {
    return gate.isReached();
  }

  /** Makes the scene's cache. Its executors run tasks on the calling thread: the hardest case. */
  CoalescingCache<Object, String> cache(
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> with) {
    CoalescingCacheBuilder<Object, Object> inline =
        CoalescingCache.builder()
            .executor(Runnable::run)
            .continuationExecutor(Runnable::run)
            .recordStats();
    CoalescingCache<Object, String> made = caches.track(with.apply(inline).build());
    cache = made;
    return made;
  }

  CoalescingCache<Object, String> cache() {
    return cache(builder -> builder);
  }

  /** Sets the key of the operations, in the place of {@link #KEY}. */
  void key(Object key) {
    this.key = key;
  }

  /** The user code calls this, and is blocked. */
  void block() {
    gate.pass();
  }

  /** Returns the loader's stage of the scene's fetch. */
  CompletableFuture<String> promise() {
    return promise;
  }

  /** Starts a fetch whose stage is the promise; another caller has joined it. */
  FetchHandle<String> start(CoalescingCache<Object, String> cache) {
    FetchHandle<String> handle = startAlone(cache);
    use(cache.getOrFetch(key, (k, context) -> pending));
    return handle;
  }

  /** Starts a fetch whose stage is the promise. */
  FetchHandle<String> startAlone(CoalescingCache<Object, String> cache) {
    FetchHandle<String> handle = cache.getOrFetch(key, (k, context) -> promise);
    use(handle);
    return handle;
  }

  /** Lets the other thread use a handle. */
  private void use(FetchHandle<String> handle) {
    own(
        () -> {
          handle.onComplete("own", outcome -> {});
          handle.isDone();
          handle.cancel(true);
        });
  }

  /** Sets the call that runs the user code. */
  void calls(Callable<?> call) {
    this.call = call;
  }

  /** Sets the call that runs the user code. */
  void runs(Runnable call) {
    calls(
        () -> {
          call.run();
          return true;
        });
  }

  /** Lets the loader's stage complete: that runs the user code. */
  void completes() {
    calls(() -> promise.complete("fetched"));
  }

  /** Sets what {@link Operation#OWN} does. */
  void own(Runnable operation) {
    own = operation;
  }

  /** Closes a resource at the end. */
  <T extends AutoCloseable> T closes(T resource) {
    resources.add(resource);
    return resource;
  }

  /**
   * Runs an operation on another thread, until it returns or waits for a lock that the blocked
   * thread holds; returns whether it waits.
   */
  boolean waits(Operation operation) {
    CoalescingCache<Object, String> its = cache;
    Caller<?> caller = Caller.start(() -> run(operation, its));
    other = caller;
    Eventually.until(
        operation + " returns, or waits for a lock",
        () -> caller.isReturned() || waitsForTheBlocked(caller));
    return !caller.isReturned();
  }

  private boolean run(Operation operation, CoalescingCache<Object, String> cache) {
    try {
      if (operation == Operation.OWN) {
        own.run();
      }
      operation.run(cache, key, (k, context) -> pending);
      return true;
    } catch (CacheClosedException e) {
      return false; // the blocked call has closed it
    }
  }

  private boolean waitsForTheBlocked(Caller<?> caller) {
    ThreadInfo info =
        ManagementFactory.getThreadMXBean().getThreadInfo(caller.getId(), Integer.MAX_VALUE);
    return info != null
        && (info.getLockOwnerId() == gate.blocked().getId() || waitsForAStore(info));
  }

  /** A write waits for a store of its key in naps. */
  private static boolean waitsForAStore(ThreadInfo info) {
    return Stream.of(info.getStackTrace())
        .anyMatch(
            frame ->
                frame.getClassName().equals(DecidedFlight.class.getName())
                    && frame.getMethodName().equals("nap"));
  }

  /** Lets both threads end, and completes what is pending. */
  @Override
  public void close() throws Exception {
    gate.open();
    if (other != null) {
      other.value();
    }
    if (calling != null) {
      Eventually.until("the call ends", calling::isReturned);
    }
    promise.complete("late");
    pending.complete("late");
    for (AutoCloseable resource : resources) {
      resource.close();
    }
  }
}
