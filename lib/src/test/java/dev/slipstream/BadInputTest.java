package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalListener;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import com.github.benmanes.caffeine.cache.Weigher;
import dev.slipstream.testing.FakeTicker;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bad settings and bad specifications: refused at once, by name, with what was found. Null
 * arguments are in {@link NullArgumentTest}.
 */
class BadInputTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  interface Setting extends Consumer<CoalescingCacheBuilder<Object, Object>> {}

  private static Arguments bad(String setting, String value, Setting call) {
    return arguments(setting, value, call);
  }

  static Stream<Arguments> outOfRange() {
    Duration negative = Duration.ofNanos(-1);
    return Stream.of(
        bad("initialCapacity", "-1", builder -> builder.initialCapacity(-1)),
        bad("maximumSize", "-1", builder -> builder.maximumSize(-1)),
        bad("maximumWeight", "-1", builder -> builder.maximumWeight(-1)),
        bad("expireAfterWrite", "-", builder -> builder.expireAfterWrite(negative)),
        bad("expireAfterAccess", "-", builder -> builder.expireAfterAccess(negative)),
        bad("fetchTimeout", "-", builder -> builder.fetchTimeout(negative)),
        bad("fetchTimeout", "PT0S", builder -> builder.fetchTimeout(Duration.ZERO)),
        bad("absentTtl", "-", builder -> builder.absentTtl(negative)),
        bad("absentTtl", "PT0S", builder -> builder.absentTtl(Duration.ZERO)),
        bad("name", "blank", builder -> builder.name("  ")),
        bad("name", "blank", builder -> builder.name("")));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("outOfRange")
  void aValueOutOfRangeIsRefusedByName(String setting, String value, Setting call) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> call.accept(CoalescingCache.builder()))
        .withMessageContaining(setting)
        .withMessageContaining(value);
  }

  private static Arguments twice(String setting, String one, String two, Setting call) {
    return arguments(setting, one, two, call);
  }

  static Stream<Arguments> repeated() {
    Weigher<String, String> weigher = Weigher.singletonWeigher();
    Expiry<String, String> expiry = Expiry.creating((key, value) -> MINUTE);
    RemovalListener<String, String> listener = (key, value, cause) -> {};
    InsertCallback<String, String> insert = InsertCallback.replace();
    ContextPropagator context = () -> () -> () -> {};
    return Stream.of(
        twice("initialCapacity", "17", "18", b -> b.initialCapacity(17).initialCapacity(18)),
        twice("maximumSize", "17", "18", b -> b.maximumSize(17).maximumSize(18)),
        twice("maximumSize", "17", "17", b -> b.maximumSize(17).maximumSize(17)),
        twice("maximumWeight", "17", "18", b -> b.maximumWeight(17).maximumWeight(18)),
        twice("weigher", "", "", b -> b.weigher(weigher).weigher(weigher)),
        twice(
            "expireAfterWrite", "1M", "1H", b -> b.expireAfterWrite(MINUTE).expireAfterWrite(HOUR)),
        twice(
            "expireAfterAccess",
            "1M",
            "1H",
            b -> b.expireAfterAccess(MINUTE).expireAfterAccess(HOUR)),
        twice("expireAfter", "", "", b -> b.expireAfter(expiry).expireAfter(expiry)),
        twice("executor", "", "", b -> b.executor(Runnable::run).executor(Runnable::run)),
        twice(
            "continuationExecutor",
            "",
            "",
            b -> b.continuationExecutor(Runnable::run).continuationExecutor(Runnable::run)),
        twice(
            "scheduler",
            "",
            "",
            b -> b.scheduler(Scheduler.systemScheduler()).scheduler(Scheduler.systemScheduler())),
        twice("ticker", "", "", b -> b.ticker(Ticker.systemTicker()).ticker(Ticker.systemTicker())),
        twice(
            "removalListener", "", "", b -> b.removalListener(listener).removalListener(listener)),
        twice(
            "evictionListener",
            "",
            "",
            b -> b.evictionListener(listener).evictionListener(listener)),
        twice("name", "one", "two", b -> b.name("one").name("two")),
        twice("fetchTimeout", "1M", "1H", b -> b.fetchTimeout(MINUTE).fetchTimeout(HOUR)),
        twice("absentTtl", "1M", "1H", b -> b.absentTtl(MINUTE).absentTtl(HOUR)),
        twice(
            "abandonPolicy",
            "FINISH",
            "CANCEL",
            b -> b.abandonPolicy(AbandonPolicy.FINISH).abandonPolicy(AbandonPolicy.CANCEL)),
        twice(
            "identity",
            "",
            "",
            b -> b.identity((String value) -> value).identity((String value) -> value)),
        twice(
            "contextPropagator",
            "",
            "",
            b -> b.contextPropagator(context).contextPropagator(context)),
        twice(
            "discardListener",
            "",
            "",
            b -> b.discardListener((key, value) -> {}).discardListener((key, value) -> {})),
        twice("onInsert", "", "", b -> b.onInsert(insert).onInsert(insert)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("repeated")
  void aSettingMadeTwiceIsRefusedWithBothValues(
      String setting, String one, String two, Setting call) {
    assertThatIllegalStateException()
        .isThrownBy(() -> call.accept(CoalescingCache.builder()))
        .withMessageContaining(setting)
        .withMessageContaining(one)
        .withMessageContaining(two);
  }

  private static Arguments both(String one, String two, Setting call) {
    return arguments(one, two, call);
  }

  static Stream<Arguments> contradictory() {
    Weigher<String, String> weigher = Weigher.singletonWeigher();
    Expiry<String, String> expiry = Expiry.creating((key, value) -> MINUTE);
    return Stream.of(
        both("maximumSize", "maximumWeight", b -> b.maximumSize(1).maximumWeight(1)),
        both("maximumSize", "maximumWeight", b -> b.maximumWeight(1).maximumSize(1)),
        both("maximumSize", "weigher", b -> b.maximumSize(1).weigher(weigher)),
        both("maximumSize", "weigher", b -> b.weigher(weigher).maximumSize(1)),
        both("expireAfter", "expireAfterWrite", b -> b.expireAfter(expiry).expireAfterWrite(HOUR)),
        both("expireAfter", "expireAfterWrite", b -> b.expireAfterWrite(HOUR).expireAfter(expiry)),
        both(
            "expireAfter", "expireAfterAccess", b -> b.expireAfter(expiry).expireAfterAccess(HOUR)),
        both(
            "expireAfter", "expireAfterAccess", b -> b.expireAfterAccess(HOUR).expireAfter(expiry)),
        both("weigher", "maximumWeight", b -> b.weigher(weigher).build()),
        both("weigher", "maximumWeight", b -> b.maximumWeight(1).build()));
  }

  @ParameterizedTest(name = "{0} and {1}")
  @MethodSource("contradictory")
  void settingsThatContradictEachOtherAreBothNamed(String one, String two, Setting call) {
    assertThatIllegalStateException()
        .isThrownBy(() -> call.accept(CoalescingCache.builder()))
        .withMessageContaining(one)
        .withMessageContaining(two);
  }

  @ParameterizedTest
  @ValueSource(strings = {"weakKeys", "weakValues", "softValues"})
  void referencesAreRefusedByName(String part) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CoalescingCacheBuilder.from("maximumSize=10, " + part))
        .withMessageContaining(part);
  }

  @Test
  void aRetentionThatCannotBeIsRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CoalescingCache.builder().staleIfError(Duration.ZERO))
        .withMessageContaining("staleIfError");
    assertThatIllegalStateException()
        .isThrownBy(() -> CoalescingCache.builder().staleIfError(Duration.ofMinutes(10)).build())
        .withMessageContaining("staleIfError needs an expiry");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                CoalescingCache.builder()
                    .staleIfError(Duration.ofMinutes(10))
                    .staleIfError(Duration.ofMinutes(1)))
        .withMessageContaining("staleIfError is set already");
  }

  @Test
  void settingsOfFreshnessThatCannotBeAreRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CoalescingCache.builder().refreshAfterWrite(Duration.ZERO))
        .withMessageContaining("refreshAfterWrite");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> CoalescingCache.builder().failureBackoff(Duration.ofMillis(-1), Duration.ZERO))
        .withMessageContaining("failureBackoff");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                CoalescingCache.builder()
                    .failureBackoff(Duration.ofMinutes(10), Duration.ofMinutes(1)))
        .withMessageContaining("PT10M")
        .withMessageContaining("PT1M");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                CoalescingCache.builder()
                    .refreshAfterWrite(Duration.ofMinutes(1))
                    .refreshAfterWrite(Duration.ofMinutes(10)))
        .withMessageContaining("refreshAfterWrite is set already");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                CoalescingCache.builder()
                    .refreshAfterWrite(Duration.ofMinutes(1))
                    .expireAfterWrite(Duration.ofMinutes(1))
                    .build())
        .withMessageContaining("refreshAfterWrite must be less than expireAfterWrite");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                CoalescingCache.builder()
                    .expireAfterWrite(Duration.ofMinutes(10))
                    .ttlJitter(0.5)
                    .refreshAfterWrite(Duration.ofMinutes(10).dividedBy(2))
                    .build())
        .withMessageContaining("ttlJitter");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          maximumSize=many                   | many
          maximumSize=                       | maximumSize
          maximumSize                        | maximumSize
          maximumSize=1=2                    | maximumSize
          maximumSize=-1                     | -1
          maximumSize=99999999999999999999   | 99999999999999999999
          maximumWeight=heavy                | heavy
          initialCapacity=1.5                | 1.5
          expireAfterWrite=5x                | 5x
          expireAfterWrite=m                 | expireAfterWrite
          expireAfterWrite=-5m               | expireAfterWrite
          expireAfterWrite                   | expireAfterWrite
          expireAfterAccess=soon             | soon
          recordStats=true                   | recordStats
          bogus                              | bogus
          bogus=1                            | bogus
          maximumSize=10,bogus=1             | bogus
          MaximumSize=10                     | MaximumSize
          maximumSize=1,maximumSize=2        | maximumSize
          maximumSize=1,maximumWeight=2      | maximumWeight
          =5                                 | 5
          """)
  void aMalformedSpecificationIsRefusedWithItsBadPart(String spec, String part) {
    assertThatThrownBy(() -> CoalescingCacheBuilder.from(spec))
        .isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class)
        .hasMessageContaining(part);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "expireAfterWrite=10s",
        "expireAfterWrite=PT10S",
        " maximumSize = 2 , expireAfterWrite = 10s ",
        "maximumSize=2,expireAfterWrite=10s,recordStats,initialCapacity=16"
      })
  void aSoundSpecificationIsFollowed(String spec) {
    FakeTicker ticker = new FakeTicker();
    CoalescingCache<String, String> cache =
        caches.track(CoalescingCacheBuilder.from(spec).ticker(ticker).build());
    for (int i = 0; i < 10; i++) {
      assertThat(cache.get("k" + i, key -> "v")).isEqualTo("v");
    }
    cache.cleanUp();

    assertThat(cache.asMap()).hasSize(spec.contains("maximumSize") ? 2 : 10);
    assertThat(cache.stats().fetchCount()).isEqualTo(spec.contains("recordStats") ? 10 : 0);
    ticker.advance(Duration.ofMillis(9_999));
    assertThat(Set.copyOf(cache.asMap().keySet())).isNotEmpty();
    ticker.advance(Duration.ofMillis(2));
    assertThat(Set.copyOf(cache.asMap().keySet())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1d, 86400", "2h, 7200", "3m, 180", "4s, 4", "PT1H, 3600"})
  void everyUnitOfTimeIsUnderstood(String text, long seconds) {
    FakeTicker ticker = new FakeTicker();
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCacheBuilder.from("expireAfterAccess=" + text).ticker(ticker).build());
    cache.put("k", "v");

    ticker.advance(Duration.ofSeconds(seconds).minusMillis(1));
    assertThat(cache.asMap()).containsKey("k");
    ticker.advance(Duration.ofMillis(2));
    assertThat(cache.asMap()).doesNotContainKey("k");
  }

  @Test
  void aSpecificationAndSettingsTogetherAreChecked() {
    assertThatIllegalStateException()
        .isThrownBy(() -> CoalescingCacheBuilder.from("maximumSize=10").maximumSize(11))
        .withMessageContaining("10")
        .withMessageContaining("11");
    assertThatIllegalStateException()
        .isThrownBy(() -> CoalescingCacheBuilder.from("maximumWeight=10").build())
        .withMessageContaining("weigher");
  }

  @Test
  void theLongestTimesAreAllowed() {
    Duration forever = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder
                    .expireAfterWrite(forever)
                    .expireAfterAccess(forever)
                    .fetchTimeout(forever)
                    .absentTtl(forever));

    assertThat(cache.get("k", key -> "v", forever)).isEqualTo("v");
    assertThat(cache.get("k", key -> "never", forever)).isEqualTo("v");
    assertThat(cache.get("absent", key -> null)).isNull();
    assertThat(cache.get("absent", key -> "never")).isNull();
  }

  @Test
  void eachBuildGivesACacheOfItsOwn() {
    CoalescingCacheBuilder<Object, Object> builder = CoalescingCache.builder().maximumSize(10);
    CoalescingCache<String, String> one = caches.track(builder.build());
    CoalescingCache<String, String> two = caches.track(builder.build());
    one.put("k", "v");

    assertThat(two.getIfPresent("k")).isNull();
    two.close();
    assertThat(one.get("k", key -> "never")).isEqualTo("v");
  }
}
