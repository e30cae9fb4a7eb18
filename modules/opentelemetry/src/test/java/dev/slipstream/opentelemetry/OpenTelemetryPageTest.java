package dev.slipstream.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.AsyncLoader;
import dev.slipstream.CoalescingCache;
import dev.slipstream.CoalescingCacheBuilder;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The code of {@code docs/opentelemetry.md} and of the module's Javadoc. */
class OpenTelemetryPageTest {
  @RegisterExtension final Traces traces = new Traces();

  private final OpenTelemetry openTelemetry = traces.openTelemetry();
  private final AtomicReference<Span> loading = new AtomicReference<>();

  record User(int id, String name) {}

  private User queryUser(int id) {
    loading.set(Span.current());
    return new User(id, "Ann");
  }

  @Test
  void theCacheOfThePackagesPage() {
    SlipstreamTelemetry telemetry = SlipstreamTelemetry.builder(openTelemetry).build();
    CoalescingCache<Integer, User> users =
        telemetry.instrument("users", CoalescingCache.builder().name("users")).build();

    assertThat(users.get(42, this::queryUser)).isEqualTo(new User(42, "Ann"));
    users.close();
    assertThat(traces.fetch().getName()).isEqualTo("fetch users");
  }

  @Test
  void theCacheOfTheClassComment() {
    SlipstreamTelemetry telemetry =
        SlipstreamTelemetry.builder(openTelemetry).captureKeys(true).build();

    CoalescingCache<Integer, User> users =
        telemetry
            .instrument("users", CoalescingCache.builder().name("users"))
            .maximumSize(10_000)
            .build();

    assertThat(users.get(42, this::queryUser)).isEqualTo(new User(42, "Ann"));
    users.close();
    assertThat(traces.fetch().getName()).isEqualTo("fetch users");
  }

  @Test
  void theCacheWhoseExecutorPassesContextsOn() {
    ExecutorService executor = Executors.newCachedThreadPool();
    SlipstreamTelemetry telemetry = SlipstreamTelemetry.builder(openTelemetry).build();
    CoalescingCache<Integer, User> users =
        telemetry
            .instrument("users", CoalescingCache.builder().name("users"))
            .executor(Context.taskWrapping(executor))
            .build();

    assertThat(users.get(42, this::queryUser)).isEqualTo(new User(42, "Ann"));
    assertThat(loading.get().getSpanContext().getSpanId()).isEqualTo(traces.fetch().getSpanId());
    users.close();
    executor.shutdown();
  }

  @Test
  void theLoaderWhoseExecutorPassesContextsOn() {
    ExecutorService executor = Executors.newCachedThreadPool();
    SlipstreamTelemetry telemetry = SlipstreamTelemetry.builder(openTelemetry).build();
    CoalescingCache<Integer, User> users =
        telemetry.instrument("users", CoalescingCache.builder().name("users")).build();
    AsyncLoader<Integer, User> loader =
        AsyncLoader.blocking(this::queryUser, Context.taskWrapping(executor));

    assertThat(users.getOrFetch(42, loader).join()).isEqualTo(new User(42, "Ann"));
    assertThat(loading.get().getSpanContext().getSpanId()).isEqualTo(traces.fetch().getSpanId());
    users.close();
    executor.shutdown();
  }

  @Test
  void itFitsACustomizerOfBuilders() {
    SlipstreamTelemetry telemetry = SlipstreamTelemetry.builder(openTelemetry).build();
    CoalescingCacheBuilder<Object, Object> builder = CoalescingCache.builder();
    BiConsumer<String, CoalescingCacheBuilder<Object, Object>> customizer = telemetry::instrument;
    customizer.accept("users", builder);

    try (CoalescingCache<Integer, User> users = builder.build()) {
      assertThat(users.get(42, this::queryUser)).isEqualTo(new User(42, "Ann"));
    }
    assertThat(traces.fetch().getName()).isEqualTo("fetch users");
  }
}
