package dev.slipstream.spring.boot;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.Caching;
import reactor.core.publisher.Mono;

/** A service whose calls are counted, and answered by what the test supplies. */
class CountingService {
  private final AtomicInteger calls = new AtomicInteger();
  private final Supplier<CompletableFuture<String>> answer;

  CountingService(Supplier<CompletableFuture<String>> answer) {
    this.answer = answer;
  }

  /** Returns how often a method has been called; a proxy has no fields of its own. */
  public int calls() {
    return calls.get();
  }

  private CompletableFuture<String> call() {
    calls.incrementAndGet();
    return answer.get();
  }

  @Cacheable("users")
  public CompletableFuture<String> plain(int id) {
    return call();
  }

  @Cacheable(cacheNames = "users", sync = true)
  public CompletableFuture<String> sync(int id) {
    return call();
  }

  @Cacheable(cacheNames = "users", sync = true)
  public Mono<String> mono(int id) {
    return Mono.fromFuture(call(), true);
  }

  @Cacheable(cacheNames = "users", key = "'same'", condition = "#p0 > 0")
  public CompletableFuture<String> keyed(int id) {
    return call();
  }

  @Cacheable(cacheNames = "users", unless = "#result == 'never'")
  public CompletableFuture<String> unless(int id) {
    return call();
  }

  @Cacheable({"users", "others"})
  public CompletableFuture<String> twoCaches(int id) {
    return call();
  }

  @Caching(cacheable = @Cacheable("users"), evict = @CacheEvict("others"))
  public CompletableFuture<String> twoOperations(int id) {
    return call();
  }

  @Cacheable(cacheNames = "users", cacheManager = "cacheManager")
  public CompletableFuture<String> ofAManager(int id) {
    return call();
  }

  @Cacheable("users")
  CompletableFuture<String> hidden(int id) {
    return call();
  }
}
