package dev.slipstream.page;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.CoalescingCache;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlightPageBuilderTest {
  private final CoalescingCache<String, String> users = CoalescingCache.builder().build();
  private final FlightPageBuilder builder = FlightPage.builder();

  @AfterEach
  void close() {
    users.close();
  }

  private static void isRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void badSettingsAreRefusedByName() {
    isRefused(() -> builder.port(-1), "port must be from 0 to 65535, but is -1");
    isRefused(() -> builder.port(65_536), "port must be from 0 to 65535, but is 65536");
    isRefused(() -> builder.maxStreams(0), "maxStreams must be at least 1, but is 0");
    isRefused(() -> builder.every(Duration.ZERO), "every must be more than zero, but is PT0S");
    isRefused(
        () -> builder.heartbeat(Duration.ofSeconds(-1)),
        "heartbeat must be more than zero, but is PT-1S");
    isRefused(
        () -> builder.writeTimeout(Duration.ZERO),
        "writeTimeout must be more than zero, but is PT0S");
  }

  @Test
  void theLongestDurationsAreGood() {
    Duration longest = Duration.ofSeconds(Long.MAX_VALUE);

    builder
        .cache("users", users)
        .every(longest)
        .heartbeat(longest)
        .writeTimeout(longest)
        .start()
        .close();
  }

  @Test
  void aNameIsGivenOnceAndIsNotBlank() {
    builder.cache("users", users);

    isRefused(
        () -> builder.cache("users", users, new RecentEnds()),
        "the page has a cache named users already: give this one another name");
    isRefused(() -> builder.cache(" ", users), "name must not be blank: give the cache a name");
  }

  @Test
  void aPageWithoutACacheIsRefused() {
    for (ThrowingCallable make : List.<ThrowingCallable>of(builder::build, builder::start)) {
      assertThatThrownBy(make)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the page has no cache: give it one by cache(name, cache)");
    }
  }

  @Test
  void nullIsRefusedByName() {
    isNamed(() -> builder.cache(null, users), "name");
    isNamed(() -> builder.cache("users", null), "cache");
    isNamed(() -> builder.cache("users", users, null), "ends");
    isNamed(() -> builder.address(null), "address");
    isNamed(() -> builder.host(null), "name");
    isNamed(() -> builder.keys(null), "keys");
    isNamed(() -> builder.every(null), "every");
  }

  private static void isNamed(ThrowingCallable call, String name) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(name);
  }
}
