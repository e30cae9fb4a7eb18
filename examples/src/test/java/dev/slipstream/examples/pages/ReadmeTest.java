package dev.slipstream.examples.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipstream.CoalescingCache;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The code of the README. */
class ReadmeTest {
  record User(int id, String name) {}

  private final CoalescingCache<Integer, User> users =
      CoalescingCache.builder().maximumSize(10_000).fetchTimeout(Duration.ofSeconds(5)).build();

  private final CompletableFuture<User> answer = new CompletableFuture<>();
  private final CompletableFuture<User> shown = new CompletableFuture<>();

  @AfterEach
  void close() {
    users.close();
  }

  @Test
  void theSampleSharesOneQuery() {
    users
        .getOrFetch(42, this::queryUser) // cached, or joins the running query, or starts one
        .orTimeout(200, TimeUnit.MILLISECONDS) // this caller leaves; others still get it
        .thenAccept(this::show);
    answer.complete(new User(42, "Ada"));
    User user = users.get(42, this::queryUser); // waits

    assertEquals("Ada", user.name());
  }

  private User queryUser(int id) {
    return answer.join();
  }

  private void show(User user) {
    shown.complete(user);
  }
}
