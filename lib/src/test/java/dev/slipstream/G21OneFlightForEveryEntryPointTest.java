package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * G21, one flight for every entry point: whichever way the first comes in, all later ones join it.
 */
class G21OneFlightForEveryEntryPointTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final ControlledLoader<String> unused = new ControlledLoader<>();

  static Stream<Arguments> pairs() {
    return Arrays.stream(EntryPoint.values())
        .flatMap(one -> Arrays.stream(EntryPoint.values()).map(two -> Arguments.of(one, two)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void theSecondEntryPointJoinsTheFlightOfTheFirst(EntryPoint one, EntryPoint two) {
    Entry<String> leader = one.enter(cache, "k", loader);
    Entry<String> joiner = two.enter(cache, "k", unused);
    assertThat(cache.inFlight()).hasSize(1);
    assertThat(EntryPoint.awaiters(cache, "k")).isEqualTo(2);

    loader.run().complete("v");

    assertThat(leader.value()).isEqualTo("v");
    assertThat(joiner.value()).isEqualTo("v");
    assertThat(unused.starts()).isZero();
    assertThat(cache.stats().fetchCount()).isEqualTo(1);
    assertThat(cache.stats().joinCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void anAbsenceIsSharedAsWell(EntryPoint one, EntryPoint two) {
    Entry<String> leader = one.enter(cache, "k", loader);
    Entry<String> joiner = two.enter(cache, "k", unused);

    loader.run().complete(null);

    assertThat(leader.value()).isNull();
    assertThat(joiner.value()).isNull();
    assertThat(unused.starts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void aEntryPointJoinsAPrefetch(EntryPoint entryPoint) {
    cache.prefetch("k", loader.blocking());
    Entry<String> joiner = entryPoint.enter(cache, "k", unused);

    loader.run().complete("v");

    assertThat(joiner.value()).isEqualTo("v");
    assertThat(unused.starts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void aPrefetchJoinsAnyEntryPoint(EntryPoint entryPoint) {
    Entry<String> leader = entryPoint.enter(cache, "k", loader);
    cache.prefetch("k", unused.async());
    cache.prefetch("k", unused.blocking());

    loader.run().complete("v");

    assertThat(leader.value()).isEqualTo("v");
    assertThat(unused.starts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void aJoinByNameGetsTheFlightOfAnyEntryPoint(EntryPoint entryPoint) {
    assertThat(cache.joinIfInFlight("k")).isNull();
    Entry<String> leader = entryPoint.enter(cache, "k", loader);

    FetchHandle<String> joined = cache.joinIfInFlight("k");

    assertThat(joined).isNotNull();
    assertThat(joined.origin()).isEqualTo(Origin.JOINED);
    loader.run().complete("v");
    assertThat(leader.value()).isEqualTo("v");
    assertThat(Eventually.value(joined)).isEqualTo("v");
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void allEntryPointsAtOnce(EntryPoint leading) {
    Entry<String> leader = leading.enter(cache, "k", loader);
    List<Entry<String>> joiners =
        Arrays.stream(EntryPoint.values())
            .map(entryPoint -> entryPoint.enter(cache, "k", unused))
            .toList();

    loader.run().complete("v");

    assertThat(leader.value()).isEqualTo("v");
    assertThat(joiners).allSatisfy(entry -> assertThat(entry.value()).isEqualTo("v"));
    assertThat(unused.starts()).isZero();
  }
}
