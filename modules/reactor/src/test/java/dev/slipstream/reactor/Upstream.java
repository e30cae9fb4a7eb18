package dev.slipstream.reactor;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What loaders ask: a Mono that the test completes, and what is done to it. */
final class Upstream<T> {
  final Sinks.One<T> result = Sinks.one();
  final AtomicInteger calls = new AtomicInteger();
  final AtomicInteger subscriptions = new AtomicInteger();
  final AtomicInteger cancels = new AtomicInteger();

  /** What the Contexts of its subscribers have under {@link #USER}. */
  final List<String> users = new CopyOnWriteArrayList<>();

  static final String USER = "user";

  Mono<T> ask() {
    calls.incrementAndGet();
    return Mono.deferContextual(
            context -> {
              users.add(context.getOrDefault(USER, "nobody"));
              return result.asMono();
            })
        .doOnSubscribe(subscription -> subscriptions.incrementAndGet())
        .doOnCancel(cancels::incrementAndGet);
  }
}
