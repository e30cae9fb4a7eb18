package dev.slipstream;

import dev.slipstream.internal.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a function makes of a handle's value, or a stage that is derived from that. To end it before
 * its time takes the handle's caller off first, then completes it, and only then cancels the handle
 * itself: else that cancellation would come through to this, before what this was ended with.
 */
final class MappedFuture<U> extends PrivateFuture<U> {
  private final PrivateFuture<?> source;

  /** Whether stages that are derived from this leave as well. Set before others see this. */
  private boolean first;

  private MappedFuture(PrivateFuture<?> source) {
    this.source = source;
  }

  static <V, U> CompletableFuture<@Nullable U> of(
      PrivateFuture<V> source, Function<? super @Nullable V, ? extends @Nullable U> fn) {
    MappedFuture<U> mapped = new MappedFuture<>(source);
    mapped.cancelSourceAtEnd();
    mapped.first = true;
    var unused =
        source.handle(
            (value, failure) ->
                failure == null ? mapped.map(value, fn) : mapped.deliver(null, failure));
    return mapped;
  }

  private <V> boolean map(
      @Nullable V value, Function<? super @Nullable V, ? extends @Nullable U> fn) {
    U result;
    try {
      result = fn.apply(value);
    } catch (Throwable e) {
      return deliver(null, e);
    }
    return deliver(result, null);
  }

  private void cancelSourceAtEnd() {
    if (!source.isDone()) {
      var unused = handle((value, failure) -> source.cancel(false));
    }
  }

  @Override
  void leave() {
    source.leave();
  }

  @Override
  Object awaitedLoads() {
    return source.awaitedLoads();
  }

  @Override
  Timer timer() {
    return source.timer();
  }

  @Override
  public <T> CompletableFuture<T> newIncompleteFuture() {
    if (!first || source.isDone()) {
      return new CompletableFuture<>();
    }
    MappedFuture<T> derived = new MappedFuture<>(source);
    derived.cancelSourceAtEnd();
    return derived;
  }

  @Override
  public String toString() {
    return "MappedFuture[%s]".formatted(describeState());
  }
}
