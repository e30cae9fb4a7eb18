package dev.slipstream.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Several keys at once. */
class BulkTest {
  @RegisterExtension final Caches caches = new Caches();

  private final CoalescingCache<Integer, String> cache = caches.cache();
  private final ReactorCache<Integer, String> reactive = ReactorCache.of(cache);
  private final Upstream<Map<Integer, String>> upstream = new Upstream<>();
  private final List<Set<Integer>> asked = new CopyOnWriteArrayList<>();

  private Mono<Map<Integer, String>> ask(Set<Integer> keys) {
    asked.add(keys);
    return upstream.ask();
  }

  @Test
  void theLoaderIsAskedOnceForWhatIsMissing() {
    cache.put(1, "cached");
    Mono<Map<Integer, String>> mono = reactive.getAllOrFetch(List.of(3, 1, 2, 4), this::ask);
    assertThat(asked).isEmpty();

    StepVerifier.create(mono)
        .then(() -> upstream.result.tryEmitValue(Map.of(2, "two", 3, "three")).orThrow())
        .assertNext(
            found ->
                assertThat(found)
                    .containsExactly(
                        Map.entry(3, "three"), Map.entry(1, "cached"), Map.entry(2, "two")))
        .verifyComplete();

    assertThat(asked).containsExactly(Set.of(2, 3, 4));
    assertThat(cache.asMap()).containsOnlyKeys(1, 2, 3);
  }

  @Test
  void emptyMeansThatNoneHasAValue() {
    Function<Set<Integer>, Mono<Map<Integer, String>>> none = keys -> Mono.empty();

    StepVerifier.create(reactive.getAllOrFetch(List.of(1, 2), none))
        .expectNext(Map.of())
        .verifyComplete();
  }

  @Test
  void theLoaderIsGivenTheFetchAndTheFirstSubscribersContext() {
    StepVerifier.create(
            reactive
                .getAllOrFetch(
                    List.of(1, 2),
                    (keys, context) -> {
                      assertThat(context.key()).isEqualTo(keys);
                      return ask(keys);
                    })
                .contextWrite(context -> context.put(Upstream.USER, "Ann")))
        .then(() -> upstream.result.tryEmitValue(Map.of(1, "one")).orThrow())
        .expectNext(Map.of(1, "one"))
        .verifyComplete();

    assertThat(upstream.users).containsExactly("Ann");
  }

  @Test
  void disposeLeavesEveryKeyAndTheLastOneCancelsTheUpstream() {
    Disposable leaver = reactive.getAllOrFetch(List.of(1, 2), this::ask).subscribe();
    FetchHandle<String> bystander = cache.joinIfInFlight(2);

    leaver.dispose();
    assertThat(cache.awaiterCount()).isEqualTo(1);
    assertThat(cache.inFlightCount()).isEqualTo(1);
    assertThat(upstream.cancels).hasValue(0);
    bystander.cancel(true);

    assertThat(upstream.cancels).hasValue(1);
  }

  @Test
  void aFailureComesAsItIs() {
    IllegalStateException failure = new IllegalStateException("as a test needs it");

    StepVerifier.create(reactive.getAllOrFetch(List.of(1, 2), this::ask))
        .then(() -> upstream.result.tryEmitError(failure).orThrow())
        .expectErrorSatisfies(thrown -> assertThat(thrown).isSameAs(failure))
        .verify();
  }

  @Test
  void theKeysAreThoseOfTheCall() {
    List<Integer> keys = new ArrayList<>(List.of(1));
    Function<Set<Integer>, Mono<Map<Integer, String>>> found = missing -> Mono.just(Map.of(1, "v"));
    Mono<Map<Integer, String>> mono = reactive.getAllOrFetch(keys, found);
    keys.clear();

    StepVerifier.create(mono).expectNext(Map.of(1, "v")).verifyComplete();
  }

  @Test
  void nullsAreNamedAtOnce() {
    Function<Set<Integer>, Mono<Map<Integer, String>>> none = null;

    assertThatNullPointerException()
        .isThrownBy(() -> reactive.getAllOrFetch(null, this::ask))
        .withMessage("keys");
    assertThatNullPointerException()
        .isThrownBy(() -> reactive.getAllOrFetch(Arrays.asList(1, null), this::ask))
        .withMessage("key");
    assertThatNullPointerException()
        .isThrownBy(() -> reactive.getAllOrFetch(List.of(1), none))
        .withMessage("loader");
  }
}
