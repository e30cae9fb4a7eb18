package dev.slipstream.watch;

import dev.slipstream.internal.Texts;
import dev.slipstream.latch.Outcome;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A wait for a key's outcome: until it is cached, or until it is being fetched. Then the wait is
 * attached to the fetch, whose end decides, and looks no more. Where there is a {@link KeyAttach},
 * that takes the fetch's part, for an idle key too.
 *
 * <p>Several looks can find something to attach to; one of them claims the wait. A fetch's future
 * that is not claimed is cancelled at once, so that nothing is left hanging on the fetch.
 */
final class OutcomeAwait<K, V> extends Await<K, Outcome<V>> {
  private static final Logger LOG = LoggerFactory.getLogger(KeyAwaiter.class);

  private final KeySource<K, V> source;
  private final @Nullable KeyAttach<K, V> attach;
  private final AtomicBoolean claimed = new AtomicBoolean();

  /**
   * Written once by the thread that claimed, and read by the one that ends: each writes first, and
   * then reads.
   */
  private volatile @Nullable CompletableFuture<Outcome<V>> attached;

  OutcomeAwait(
      K key,
      KeySource<K, V> source,
      @Nullable KeyAttach<K, V> attach,
      AwaiterSettings<K> settings) {
    super(key, settings);
    this.source = source;
    this.attach = attach;
  }

  @Override
  @Nullable Outcome<V> look() {
    if (claimed.get()) {
      return null;
    }
    KeyState<V> state =
        Objects.requireNonNull(source.state(key), "a KeySource returned null: return a state");
    if (state instanceof KeyState.Cached<V> cached) {
      return new Outcome.Success<>(cached.value());
    }
    if (state instanceof KeyState.InFlight<V> inFlight) {
      attachTo(inFlight.outcome());
    } else if (attach != null && claim()) {
      watch(attach.attach(key));
    }
    return null;
  }

  @Override
  void releaseMore() {
    cancel(attached);
  }

  private void attachTo(CompletableFuture<Outcome<V>> flight) {
    boolean mine = claim();
    if (mine && attach == null) {
      watch(flight);
      return;
    }
    cancel(flight);
    if (mine) {
      watch(Objects.requireNonNull(attach).attach(key));
    }
  }

  private boolean claim() {
    boolean mine = claimed.compareAndSet(false, true);
    if (mine) {
      stopWakeups();
    }
    return mine;
  }

  private void watch(CompletableFuture<Outcome<V>> decider) {
    Objects.requireNonNull(decider, "a KeyAttach returned null: return a future");
    attached = decider;
    if (isEnded()) {
      cancel(decider);
    }
    var unused = decider.handle(this::decided);
  }

  /** Returns nothing: a dependent that fails needs the failure's text, which may throw. */
  private @Nullable Void decided(@Nullable Outcome<V> outcome, @Nullable Throwable failure) {
    if (outcome == null && failure == null) {
      end(null, new NullPointerException("the future of a key's outcome completed with null"));
    } else {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      end(outcome, cause == null ? failure : cause);
    }
    return null;
  }

  private static void cancel(@Nullable CompletableFuture<?> future) {
    if (future == null) {
      return;
    }
    try {
      future.cancel(false);
    } catch (RuntimeException | Error e) {
      Texts.warn(LOG, "the future of a key's outcome refused to be cancelled", e);
    }
  }
}
