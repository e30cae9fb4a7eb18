package dev.slipstream.canal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import dev.slipstream.watch.CacheEvent;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber that notes its signals, checks that they come one at a time, and requests nothing.
 */
class Probe implements Flow.Subscriber<CacheEvent<String, String>> {
  static final String COMPLETE = "complete";

  private final List<Object> signals = new CopyOnWriteArrayList<>();
  private final AtomicInteger inside = new AtomicInteger();
  private final Consumer<Flow.Subscription> onSubscribe;
  private volatile Flow.@Nullable Subscription subscription;
  private volatile @Nullable Throwable failure;

  Probe() {
    this(subscription -> {});
  }

  /**
   * Makes one.
   *
   * @param onSubscribe what it does first
   */
  Probe(Consumer<Flow.Subscription> onSubscribe) {
    this.onSubscribe = onSubscribe;
  }

  /** Returns one that requests everything. */
  static Probe unbounded() {
    return new Probe(subscription -> subscription.request(Long.MAX_VALUE));
  }

  Flow.Subscription subscription() {
    return Objects.requireNonNull(subscription, "onSubscribe was not called");
  }

  @Nullable Throwable failure() {
    return failure;
  }

  /** Returns the numbers of the events so far, and how it ended, if it did. */
  List<Object> signals() {
    return signals;
  }

  /** Waits until these signals have come, and no others. */
  void awaitSignals(Object... expected) {
    Eventually.passes(() -> assertThat(signals).containsExactly(expected));
  }

  /** What it does with an event, besides noting it. */
  void handle(CacheEvent<String, String> event) {}

  @Override
  public final void onSubscribe(Flow.Subscription given) {
    one(
        () -> {
          assertThat(subscription).as("the first onSubscribe").isNull();
          subscription = given;
          onSubscribe.accept(given);
        });
  }

  @Override
  public final void onNext(CacheEvent<String, String> event) {
    one(
        () -> {
          signals.add(event.sequence());
          handle(event);
        });
  }

  @Override
  public final void onError(Throwable thrown) {
    one(
        () -> {
          failure = thrown;
          signals.add(thrown.getClass());
        });
  }

  @Override
  public final void onComplete() {
    one(() -> signals.add(COMPLETE));
  }

  private void one(Runnable signal) {
    if (inside.getAndIncrement() != 0) {
      signals.add("a signal inside of another");
    }
    try {
      signal.run();
    } finally {
      inside.decrementAndGet();
    }
  }
}
