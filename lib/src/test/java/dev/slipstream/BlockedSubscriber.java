package dev.slipstream;

import dev.slipstream.watch.CacheEvent;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A subscriber of events whose methods run what a test gives; it requests events one by one. */
final class BlockedSubscriber implements Flow.Subscriber<CacheEvent<Object, String>> {
  private final Runnable onSubscribe;
  private final Runnable onNext;
  private volatile Flow.@Nullable Subscription subscription;

  BlockedSubscriber(Runnable onSubscribe, Runnable onNext) {
    this.onSubscribe = onSubscribe;
    this.onNext = onNext;
  }

  /** Requests one more event, as another thread may. */
  void request() {
    Flow.Subscription given = subscription;
    if (given != null) {
      given.request(1);
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    onSubscribe.run();
    given.request(1);
  }

  @Override
  public void onNext(CacheEvent<Object, String> event) {
    onNext.run();
  }

  @Override
  public void onError(Throwable failure) {}

  @Override
  public void onComplete() {}
}
