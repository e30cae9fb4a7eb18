package dev.slipstream.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CoalescingCache;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.HookedKey;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.cache.Cache.ValueWrapper;

/** A load that ends while another caller looks for its key. */
class RetrieveRaceTest {

  /** No future means that there is surely nothing: neither a value nor a load that brings one. */
  @Test
  void aLoadThatEndsBetweenAnyTwoStepsOfRetrieveIsNotMissed() {
    HookedKey.everywhere(
        at -> {
          try (CoalescingCache<Object, Object> users = CoalescingCache.builder().build()) {
            SlipstreamCache cache = new SlipstreamCache("users", users);
            CompletableFuture<String> upstream = new CompletableFuture<>();
            CompletableFuture<String> caller =
                cache.retrieve(HookedKey.plain("key"), () -> upstream);
            HookedKey key = new HookedKey("key", at, () -> upstream.complete("value")).arm();

            CompletableFuture<?> found = cache.retrieve(key);

            key.disarm();
            upstream.complete("value"); // if the hook has not
            assertThat(found).as("the hook runs at hash code " + at).isNotNull();
            assertThat(((ValueWrapper) Objects.requireNonNull(Eventually.value(found))).get())
                .isEqualTo("value");
            assertThat(Eventually.value(caller)).isEqualTo("value");
            return key.hasRun();
          }
        });
  }
}
