package dev.slipstream.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.interceptor.CacheInterceptor;

/** Methods share their loads without {@code sync = true}, where Spring allows it. */
class SyncByDefaultTest {
  interface Call extends BiFunction<CountingService, Integer, CompletableFuture<String>> {}

  private static Arguments call(String name, Call call) {
    return Arguments.of(name, call);
  }

  private final CompletableFuture<String> answer = new CompletableFuture<>();
  private final ApplicationContextRunner runner =
      Boot.runner().withBean(CountingService.class, () -> new CountingService(() -> answer));
  private final ApplicationContextRunner sync =
      runner.withPropertyValues("slipstream.cache.sync-by-default=true");

  static Stream<Arguments> allowed() {
    return Stream.of(
        call("plain", CountingService::plain),
        call("sync", CountingService::sync),
        call("keyed", CountingService::keyed),
        call("hidden", CountingService::hidden));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("allowed")
  void callersShareOneCall(String name, Call call) {
    sync.run(context -> assertThat(callsOf(context.getBean(CountingService.class), call)).isOne());
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        call("unless", CountingService::unless),
        call("twoCaches", CountingService::twoCaches),
        call("twoOperations", CountingService::twoOperations),
        call("ofAManager", CountingService::ofAManager));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void whatSpringForbidsIsLeftAsItIs(String name, Call call) {
    sync.run(
        context -> assertThat(callsOf(context.getBean(CountingService.class), call)).isEqualTo(2));
  }

  @Test
  void withoutThePropertyOnlySyncMethodsShare() {
    runner.run(
        context -> {
          CountingService service = context.getBean(CountingService.class);
          assertThat(callsOf(service, CountingService::plain)).isEqualTo(2);
        });
    runner.run(
        context -> {
          CountingService service = context.getBean(CountingService.class);
          assertThat(callsOf(service, CountingService::sync)).isOne();
        });
  }

  @Test
  void keysAndConditionsStay() {
    sync.run(
        context -> {
          CountingService service = context.getBean(CountingService.class);
          CompletableFuture<String> first = service.keyed(1);
          CompletableFuture<String> sameKey = service.keyed(2);
          CompletableFuture<String> notCached = service.keyed(-1);
          assertThat(service.calls()).isEqualTo(2);
          answer.complete("value");
          assertThat(List.of(first, sameKey, notCached))
              .allSatisfy(future -> assertThat(future.join()).isEqualTo("value"));
        });
  }

  private static int callsOf(CountingService service, Call call) {
    CompletableFuture<String> first = call.apply(service, 1);
    CompletableFuture<String> second = call.apply(service, 1);
    assertThat(first).isNotDone();
    assertThat(second).isNotDone();
    return service.calls();
  }

  @Test
  void withoutProxiesTheStartFailsAndThePropertyIsNamed() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(SlipstreamCacheAutoConfiguration.class))
        .withBean("cacheAspect", CacheInterceptor.class, CacheInterceptor::new)
        .withPropertyValues("slipstream.cache.sync-by-default=true")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("slipstream.cache.sync-by-default")
                    .hasStackTraceContaining("mode = PROXY"));
  }
}
