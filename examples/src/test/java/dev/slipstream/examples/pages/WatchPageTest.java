package dev.slipstream.examples.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipstream.CoalescingCache;
import dev.slipstream.latch.Outcome;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.ChangeHub;
import dev.slipstream.watch.ChangeSubscription;
import dev.slipstream.watch.EventType;
import dev.slipstream.watch.KeyAwaiter;
import dev.slipstream.watch.KeyState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The code of {@code docs/watch.md}. */
@Timeout(60)
class WatchPageTest {
  private static final Logger log = LoggerFactory.getLogger(WatchPageTest.class);

  private final BlockingQueue<Optional<String>> applied = new LinkedBlockingQueue<>();
  private volatile boolean running = true;

  @Test
  void aThreadActsOnChanges() throws Exception {
    Configuration configuration = new Configuration();
    Thread follower = new Thread(configuration::follow);
    follower.start();
    assertEquals(Optional.empty(), applied.take());

    configuration.cache.put("config", "new");
    assertEquals(Optional.of("new"), applied.take());
    running = false;
    configuration.cache.put("config", "last"); // wakes it
    follower.join();
    configuration.cache.close();
  }

  @Test
  void aFutureActsOnChanges() throws InterruptedException {
    Configuration configuration = new Configuration();
    try (ChangeSubscription changes = configuration.cache.changes().subscribe("config")) {
      configuration.follow(changes);
      configuration.cache.put("config", "new");
      assertEquals(Optional.of("new"), applied.take());
    }
    configuration.cache.close();
  }

  private final class Configuration {
    private final CoalescingCache<String, String> cache = CoalescingCache.builder().build();

    void follow() {
      try {
        followUntilStopped();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void followUntilStopped() throws InterruptedException {
      try (ChangeSubscription changes = cache.changes().subscribe("config")) {
        apply(cache.getIfPresent("config")); // subscribe first, then read
        while (running) {
          if (changes.awaitChange(Duration.ofSeconds(10))) { // true marks the change as seen
            apply(cache.getIfPresent("config")); // so a change during this read is the next one
          }
        }
      }
    }

    void follow(ChangeSubscription changes) {
      changes
          .nextChange()
          .thenAccept(
              version -> {
                changes.markUnchanged(); // a future marks nothing by itself
                apply(cache.getIfPresent("config"));
                follow(changes);
              });
    }
  }

  private void apply(@Nullable String configuration) {
    applied.add(Optional.ofNullable(configuration));
  }

  @Test
  void awaitAnOutcomeAndAnEvent() {
    Users users = new Users();

    assertEquals(new Outcome.Success<>(new User("Ada")), users.awaitOutcome(42));
    assertEquals(EventType.FETCHED, users.awaitReload(43).type());
    users.cache.close();
  }

  record User(String name) {}

  private static final class Users {
    private final CoalescingCache<Integer, User> cache =
        CoalescingCache.builder().eventJournal(16).build();

    Outcome<User> awaitOutcome(int id) {
      CompletableFuture<Outcome<User>> outcome =
          cache.awaiter().awaitOutcome(id).orTimeout(5, TimeUnit.SECONDS);
      cache.put(id, new User("Ada"));
      return outcome.join();
    }

    CacheEvent<Integer, User> awaitReload(int id) {
      long before = cache.events().lastSequence(); // from here on it counts
      reload(id);
      CacheEvent<Integer, User> event =
          cache.awaiter().awaitEvent(id, EventType.FETCHED, before).join();
      return event;
    }

    private void reload(int id) {
      User unused = cache.get(id, key -> new User("Grace"));
    }
  }

  @Test
  void reportEveryEvent() {
    CoalescingCache<Object, Object> cache =
        CoalescingCache.builder()
            .eventSink(event -> log.info("{}", event), 4_096) // by default 1,024 wait
            .build();
    cache.close();
  }

  record JobId(int number) {}

  record Result(String text) {}

  private volatile KeyState<Result> state = new KeyState.Idle<>();

  @Test
  void awaitOverSomethingElse() {
    ChangeHub<JobId> hub = new ChangeHub<>();
    KeyAwaiter<JobId, Result> jobs = KeyAwaiter.polling(this::readState);
    KeyAwaiter<JobId, Result> quicker = KeyAwaiter.over(this::readState).hub(hub).polling().build();

    CompletableFuture<Outcome<Result>> polled = jobs.awaitOutcome(new JobId(1));
    CompletableFuture<Outcome<Result>> ticked = quicker.awaitOutcome(new JobId(1));
    state = new KeyState.Cached<>(new Result("done"));
    hub.notify(new JobId(1));

    assertEquals(new Outcome.Success<>(new Result("done")), polled.join());
    assertEquals(new Outcome.Success<>(new Result("done")), ticked.join());
  }

  private KeyState<Result> readState(JobId job) {
    return state;
  }
}
