package dev.slipstream.reactor;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * A call of the cache for each subscriber. Unlike {@link Mono#fromFuture}, it drops no failure that
 * comes while a subscriber leaves: nobody asks for it any more, and the others get it themselves.
 */
final class HandleMono<T> extends Mono<T> {
  private final Function<ContextView, CompletableFuture<@Nullable T>> call;

  /**
   * Makes one.
   *
   * @param call is given the subscriber's context, and returns a future of that subscriber's own
   */
  HandleMono(Function<ContextView, CompletableFuture<@Nullable T>> call) {
    this.call = call;
  }

  @Override
  public void subscribe(CoreSubscriber<? super T> subscriber) {
    HandleSubscription<T> subscription = new HandleSubscription<>(subscriber);
    subscriber.onSubscribe(subscription);
    subscription.start(call);
  }
}
