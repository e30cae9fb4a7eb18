package dev.slipstream.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CacheClosedException;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.cache.Cache.ValueWrapper;
import org.springframework.core.SpringVersion;
import reactor.core.publisher.Mono;

/** Where adapters to Spring's caches go wrong, each a test. */
class TrapsTest {
  @RegisterExtension final App app = new App();
  @RegisterExtension final LogCapture log = new LogCapture();

  @Test
  void theTestsRunOnTheSpringThatWasAskedFor() {
    assertThat(SpringVersion.getVersion()).isEqualTo(System.getProperty("slipstream.spring"));
  }

  @Test
  void aBlockingMethodRunsOnItsCallersThread() throws Exception {
    AtomicReference<Thread> ran = new AtomicReference<>();
    app.source.blocking =
        () -> {
          ran.set(Thread.currentThread());
          return "value";
        };

    app.users().blocking(1);

    assertThat(ran).hasValue(Thread.currentThread());
  }

  @Test
  void aFutureMethodIsCalledOnItsCallersThread() {
    AtomicReference<Thread> ran = new AtomicReference<>();
    app.source.future =
        () -> {
          ran.set(Thread.currentThread());
          return CompletableFuture.completedFuture("value");
        };

    app.users().future(1);

    assertThat(ran).hasValue(Thread.currentThread());
  }

  @Test
  void aNullOfABlockingMethodIsAHit() throws Exception {
    app.source.blocking = () -> null;

    assertThat(app.users().blocking(1)).isNull();
    assertThat(app.users().blocking(1)).isNull();
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void aNullOfAFutureMethodIsAHit() {
    app.source.future = () -> CompletableFuture.completedFuture(null);

    assertThat(app.users().future(1)).isCompletedWithValue(null);
    assertThat(app.users().future(1)).isCompletedWithValue(null);
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void anEmptyMonoIsAHitOfNull() {
    app.source.mono = Mono::empty;

    assertThat(app.users().mono(1).blockOptional()).isEmpty();
    assertThat(app.users().mono(1).blockOptional()).isEmpty();
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void aSplitMethodTakesANullHitAsAHit() throws Exception {
    app.users().put(1, null);

    assertThat(app.users().splitBlocking(1)).isNull();
    assertThat(app.users().splitFuture(1)).isCompletedWithValue(null);
    assertThat(app.users().splitMono(1).blockOptional()).isEmpty();
    assertThat(app.source.calls).hasValue(0);
  }

  @Test
  void aNullHitIsWrappedByRetrieve() {
    app.cache().put(1, null);

    assertThat(app.cache().retrieve(1))
        .isCompletedWithValueMatching(
            value -> value instanceof ValueWrapper wrapper && wrapper.get() == null);
    assertThat(app.cache().retrieve(1, CompletableFuture::new)).isCompletedWithValue(null);
  }

  @Test
  void retrieveReturnsNoFutureOnlyIfThereIsNothing() {
    assertThat(app.cache().retrieve(1)).isNull();

    CompletableFuture<String> upstream = new CompletableFuture<>();
    app.source.future = () -> upstream;
    CompletableFuture<String> loading = app.users().future(1);
    CompletableFuture<?> joined = app.cache().retrieve(1);
    upstream.complete("value");

    assertThat(Eventually.value(loading)).isEqualTo("value");
    ValueWrapper wrapper =
        (ValueWrapper) Eventually.value(Objects.requireNonNull(joined, "joined"));
    assertThat(Objects.requireNonNull(wrapper).get()).isEqualTo("value");
    assertThat(app.cache().retrieve(1)).isNotNull();
  }

  @Test
  void aSplitFutureMethodJoinsTheLoadThatRuns() {
    CompletableFuture<String> upstream = new CompletableFuture<>();
    app.source.future = () -> upstream;
    app.users().future(1);

    CompletableFuture<String> joiner = app.users().splitFuture(1);
    upstream.complete("value");

    assertThat(Eventually.value(joiner)).isEqualTo("value");
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void withoutSyncAnEvictionDuringTheLoadIsOverwritten() throws Exception {
    app.source.blocking =
        () -> {
          app.users().evict(1);
          return "old";
        };

    app.users().splitBlocking(1);

    assertThat(app.cache().get(1, String.class)).isEqualTo("old");
  }

  @Test
  void withSyncAnEvictionDuringTheLoadHolds() throws Exception {
    app.source.blocking =
        () -> {
          app.users().evict(1);
          return "old";
        };

    app.users().blocking(1);

    assertThat(app.cache().get(1)).isNull();
  }

  @Test
  void methodsWithoutSyncAreWarnedOfOnce() throws Exception {
    app.users().splitBlocking(1);
    app.users().splitFuture(2);
    app.users().splitMono(3).block();

    assertThat(log.warnings())
        .singleElement()
        .satisfies(
            event ->
                assertThat(event.getFormattedMessage())
                    .startsWith("cache users: ")
                    .contains("@Cacheable(sync = true)"));
  }

  @Test
  void methodsWithSyncAndPutsAreNotWarnedOf() throws Exception {
    app.users().blocking(1);
    app.users().future(2).join();
    app.users().mono(3).block();
    app.users().put(4, "value");

    assertThat(log.warnings()).isEmpty();
  }

  @Test
  void withSyncTheContextOfReactorIsLost() {
    app.source.mono =
        () -> Mono.deferContextual(context -> Mono.just(context.getOrDefault("user", "lost")));

    String seen = app.users().mono(1).contextWrite(context -> context.put("user", "seen")).block();

    assertThat(seen).isEqualTo("lost");
  }

  @Test
  void theCachesCloseWithTheContext() {
    app.source.blocking = () -> "value";
    CountDownLatch started = new CountDownLatch(1);
    app.source.blocking =
        () -> {
          started.countDown();
          new CountDownLatch(1).await();
          return "never";
        };
    Caller<String> loading = Caller.start(() -> app.users().blocking(1));
    Eventually.opens(started);

    app.close();

    assertThat(loading.failure()).isInstanceOf(CacheClosedException.class);
  }

  @Test
  void twoContextsShareNothing() {
    App other = new App().start();
    app.users().put(1, "here");

    assertThat(other.cache().get(1)).isNull();
    other.close();
    assertThat(app.cache().get(1, String.class)).isEqualTo("here");
  }
}
