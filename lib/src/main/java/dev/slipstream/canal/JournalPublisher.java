package dev.slipstream.canal;

import dev.slipstream.internal.Threads;
import dev.slipstream.watch.CacheEvent;
import java.util.Objects;
import java.util.concurrent.Flow;

/** Gives each subscriber a subscription of its own; it refers to none of them. */
record JournalPublisher<K, V>(EventJournal<K, V> journal, int capacity)
    implements Flow.Publisher<CacheEvent<K, V>> {

  @Override
  public void subscribe(Flow.Subscriber<? super CacheEvent<K, V>> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    new SubscriberPump<>(
            new JournalSubscription<>(journal, capacity), subscriber, Threads.executor())
        .start();
  }

  @Override
  public String toString() {
    return "Publisher[latest %d events]".formatted(capacity);
  }
}
