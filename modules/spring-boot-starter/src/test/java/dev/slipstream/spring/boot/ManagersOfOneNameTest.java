package dev.slipstream.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.spring.SlipstreamCacheManager;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/** Several managers with a cache of the same name. */
class ManagersOfOneNameTest {
  private final SlipstreamCacheManager first = new SlipstreamCacheManager("users");
  private final SlipstreamCacheManager second = new SlipstreamCacheManager("users");
  private final SlipstreamEndpoint endpoint =
      new SlipstreamEndpoint(Map.of("first", first, "second", second), false);

  @AfterEach
  void close() {
    first.destroy();
    second.destroy();
  }

  @Test
  void oneMustBeSelected() {
    put(first);

    assertThat(endpoint.caches().cacheManagers()).containsOnlyKeys("first", "second");
    assertThat(endpoint.cache("users", "first").size()).isEqualTo(1);
    assertThat(endpoint.cache("users", "second").size()).isZero();
    assertThat(endpoint.cache("users", "third")).isNull();
    assertThatThrownBy(() -> endpoint.cache("users", null))
        .isInstanceOf(InvalidEndpointRequestException.class)
        .hasMessageContaining("several managers have a cache 'users'")
        .hasMessageContaining("cacheManager");
  }

  @Test
  void onlyTheSelectedOneIsInvalidated() {
    put(first);
    put(second);

    assertThat(endpoint.invalidate("users", null, "second").invalidated()).isEqualTo(1);

    assertThat(endpoint.cache("users", "first").size()).isEqualTo(1);
    assertThat(endpoint.cache("users", "second").size()).isZero();
  }

  @Test
  void aKeyWhoseTextFailsStopsNothing() {
    Object badKey =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("no text");
          }
        };
    Objects.requireNonNull(first.getCache("users")).put(badKey, "value");
    put(first);

    assertThat(endpoint.invalidate("users", "1", "first").invalidated()).isEqualTo(1);
    assertThat(endpoint.cache("users", "first").size()).isEqualTo(1);
  }

  private static void put(SlipstreamCacheManager manager) {
    Objects.requireNonNull(manager.getCache("users")).put(1, "value");
  }
}
