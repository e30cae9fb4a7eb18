package dev.slipstream.examples.disconnects;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Answers {@code GET /items/7}. WebFlux cancels the answer if the client disconnects. */
@RestController
class ItemsController {
  private final Items items;
  private final Waiting waiting;

  ItemsController(Items items, Waiting waiting) {
    this.items = items;
    this.waiting = waiting;
  }

  @GetMapping("/items/{item}")
  Mono<String> similarItems(@PathVariable int item) {
    return Mono.using(
        () -> waiting.enter(item), entered -> items.similarTo(entered), waiting::leave);
  }
}
