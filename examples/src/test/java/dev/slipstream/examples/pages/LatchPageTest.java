package dev.slipstream.examples.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.ContinuationQueue;
import dev.slipstream.latch.Continuations;
import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.OverflowPolicy;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** The code of {@code docs/latch.md}. */
class LatchPageTest {
  record Order(int id) {}

  record Invoice(int amount) {}

  private final Executor executor = Runnable::run;
  private final Set<String> ran = new TreeSet<>();
  private final Service service = new Service();
  private final Listener audit = new Listener("audit");
  private final Listener mailer = new Listener("mail");
  private final Listener index = new Listener("index");
  private final Listener span = new Listener("trace");

  @Test
  void continuationsOfAnyJob() {
    Order order = new Order(7);
    Continuations<Invoice> invoice =
        Continuations.of(service.bill(order), executor, "order " + order.id());

    ContinuationQueue mails = // one for the whole program
        ContinuationQueue.create(1_000, 4, OverflowPolicy.REFUSE);

    invoice.addOrRunNow("audit", outcome -> audit.record(order, outcome));
    invoice.addOrRunNow(
        "mail",
        ContinuationOptions.defaults()
            .onlyOnSuccess()
            .timeout(Duration.ofSeconds(5))
            .retries(3, Duration.ofMillis(200))
            .queue(mails),
        outcome -> mailer.send(order, outcome));
    service.billed.complete(new Invoice(100));

    assertEquals(Set.of("audit", "mail"), ran);
  }

  @Test
  void continuationsOfAFetch() {
    CoalescingCache<Integer, Invoice> cache =
        CoalescingCache.builder().continuationExecutor(executor).build();
    int id = 7;
    FetchHandle<Invoice> handle = cache.getOrFetch(id, (key, context) -> service.billed);

    cache.onComplete(
        id,
        "index",
        ContinuationOptions.defaults().onlyOnSuccess(),
        outcome -> index.add(id, outcome));
    handle.onComplete("trace", outcome -> span.end(outcome));
    service.billed.complete(new Invoice(100));

    assertEquals(Set.of("index", "trace"), ran);
    cache.close();
  }

  private static final class Service {
    private final CompletableFuture<Invoice> billed = new CompletableFuture<>();

    CompletableFuture<Invoice> bill(Order order) {
      return billed;
    }
  }

  private final class Listener {
    private final String name;

    Listener(String name) {
      this.name = name;
    }

    void record(Order order, Outcome<? extends Invoice> outcome) {
      ran.add(name);
    }

    void send(Order order, Outcome<? extends Invoice> outcome) {
      ran.add(name);
    }

    void add(int id, Outcome<? extends Invoice> outcome) {
      ran.add(name);
    }

    void end(Outcome<? extends Invoice> outcome) {
      ran.add(name);
    }
  }
}
