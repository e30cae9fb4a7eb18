package dev.slipstream.spring;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A service with a cached method of each kind. */
class Users {
  private final Source source;

  Users(Source source) {
    this.source = source;
  }

  @Cacheable(cacheNames = "users", sync = true)
  public @Nullable String blocking(int id) throws Exception {
    source.calls.incrementAndGet();
    return source.blocking.call();
  }

  @Cacheable(cacheNames = "users", sync = true)
  public CompletableFuture<String> future(int id) {
    source.calls.incrementAndGet();
    return source.future.get();
  }

  @Cacheable(cacheNames = "users", sync = true)
  public Mono<String> mono(int id) {
    source.calls.incrementAndGet();
    return source.mono.get();
  }

  @Cacheable(cacheNames = "users", sync = true)
  public Flux<String> flux(int id) {
    source.calls.incrementAndGet();
    return source.flux.get();
  }

  @Cacheable("users")
  public @Nullable String splitBlocking(int id) throws Exception {
    source.calls.incrementAndGet();
    return source.blocking.call();
  }

  @Cacheable("users")
  public CompletableFuture<String> splitFuture(int id) {
    source.calls.incrementAndGet();
    return source.future.get();
  }

  @Cacheable("users")
  public Mono<String> splitMono(int id) {
    source.calls.incrementAndGet();
    return source.mono.get();
  }

  @CacheEvict("users")
  public void evict(int id) {}

  @CacheEvict(cacheNames = "users", allEntries = true, beforeInvocation = true)
  public void evictAll() {}

  @CachePut(cacheNames = "users", key = "#p0")
  public @Nullable String put(int id, @Nullable String value) {
    return value;
  }
}
