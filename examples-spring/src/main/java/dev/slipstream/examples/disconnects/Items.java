package dev.slipstream.examples.disconnects;

import org.springframework.cache.annotation.Cacheable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/** The shop's items, cached by whatever cache manager the application has. */
@Service
class Items {
  private final Queries queries;

  Items(Queries queries) {
    this.queries = queries;
  }

  /**
   * Returns the names of the items that are most similar to one.
   *
   * @param item the item
   * @return the names; to cancel the subscription is to cancel the query
   */
  @Cacheable(cacheNames = "items", sync = true)
  public Mono<String> similarTo(int item) {
    return Mono.fromFuture(() -> queries.start(item)); // its cancel is the future's
  }
}
