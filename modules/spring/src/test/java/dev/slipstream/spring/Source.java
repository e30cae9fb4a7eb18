package dev.slipstream.spring;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the methods of {@link Users} do, as the test says, and how often they were called. */
final class Source {
  final AtomicInteger calls = new AtomicInteger();
  volatile Callable<String> blocking = () -> "value";
  volatile Supplier<CompletableFuture<String>> future =
      () -> CompletableFuture.completedFuture("value");
  volatile Supplier<Flux<String>> flux = () -> Flux.just("a", "b");
  volatile Supplier<Mono<String>> mono = () -> Mono.just("value");
}
