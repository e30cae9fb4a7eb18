package dev.slipstream.examples.disconnects;

import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** How many requests are waiting for an item: their clients are connected. */
@Component
class Waiting {
  private final ConcurrentHashMap<Integer, Integer> requests = new ConcurrentHashMap<>();

  int enter(int item) {
    requests.merge(item, 1, Integer::sum);
    return item;
  }

  /** Is called after the request's subscription has been cancelled. */
  void leave(int item) {
    requests.computeIfPresent(item, (key, count) -> count > 1 ? count - 1 : null);
  }

  int countFor(int item) {
    return requests.getOrDefault(item, 0);
  }
}
