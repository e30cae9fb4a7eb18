package dev.slipstream.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.AsyncLoader;
import dev.slipstream.CoalescingCache;
import dev.slipstream.CoalescingCacheBuilder;
import dev.slipstream.FetchHandle;
import dev.slipstream.Loader;
import dev.slipstream.LoaderInterceptor;
import dev.slipstream.ledger.InMemoryFetchLedger;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whose context a loader, an interceptor, a dependent stage and a hook run in. */
class LoaderContextTest {
  private static final ContextKey<String> USER = ContextKey.named("user");
  private static final Executor NEW_THREADS =
      task -> {
        Thread thread = new Thread(task, "loader");
        thread.setDaemon(true);
        thread.start();
      };

  @RegisterExtension final Traces traces = new Traces();

  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final List<Context> seen = new CopyOnWriteArrayList<>();
  private CoalescingCache<String, String> cache = cache(traced -> {});

  private CoalescingCache<String, String> cache(
      Consumer<CoalescingCacheBuilder<Object, Object>> settings) {
    CoalescingCacheBuilder<Object, Object> builder =
        traces.telemetry().instrument("users", CoalescingCache.builder());
    settings.accept(builder);
    return builder.build();
  }

  @AfterEach
  void close() {
    cache.close();
  }

  /** Makes a call in the context of a user that has a span. */
  private <T> T as(String user, Callable<T> call) throws Exception {
    return traces.call(user, () -> Context.current().with(USER, user).wrap(call).call());
  }

  private CompletableFuture<String> note() {
    seen.add(Context.current());
    return CompletableFuture.completedFuture("v");
  }

  private Loader<String, String> blocking() {
    return key -> note().join();
  }

  private AsyncLoader<String, String> async() {
    return (key, context) -> note();
  }

  private Context onlySeen() {
    Eventually.until("a context is noted", () -> !seen.isEmpty());
    assertThat(seen).hasSize(1);
    return seen.get(0);
  }

  private static String spanOf(Context context) {
    return Span.fromContext(context).getSpanContext().getSpanId();
  }

  private void assertInTheFetchOf(String user, Context context) {
    assertThat(context.get(USER)).isEqualTo(user);
    assertThat(spanOf(context)).isEqualTo(traces.fetch().getSpanId());
  }

  private static void assertOfNoCaller(Context context) {
    assertThat(context.get(USER)).isNull();
    assertThat(spanOf(context)).isEqualTo(SpanId.getInvalid());
  }

  @Test
  void anAsyncLoaderIsCalledInTheFetchWhichIsNotLeftOnTheThread() throws Exception {
    String after =
        as(
            "ann",
            () -> {
              assertThat(cache.getOrFetch("k", async()).join()).isEqualTo("v");
              return spanOf(Context.current());
            });

    assertInTheFetchOf("ann", onlySeen());
    assertThat(after).isEqualTo(traces.caller("ann").getSpanId());
  }

  @Test
  void aRefreshIsCalledInItsFetch() throws Exception {
    cache.put("k", "old");
    assertThat(as("ann", () -> cache.refresh("k", async())).join()).isEqualTo("v");

    assertInTheFetchOf("ann", onlySeen());
  }

  @Test
  void theFirstCallersContextIsThatOfTheLoadForAll() throws Exception {
    FetchHandle<String> first =
        as(
            "ann",
            () ->
                cache.getOrFetch(
                    "k",
                    (key, context) -> {
                      seen.add(Context.current());
                      return loader.async().load(key, context);
                    }));
    FetchHandle<String> second = as("bob", () -> cache.getOrFetch("k", async()));
    loader.run().complete("v");

    assertThat(List.of(first, second)).allMatch(handle -> handle.join().equals("v"));
    assertInTheFetchOf("ann", onlySeen());
  }

  @Test
  void aBlockingLoaderRunsInTheContextOfNoCaller() throws Exception {
    assertThat(as("ann", () -> cache.get("k", blocking()))).isEqualTo("v");

    assertOfNoCaller(onlySeen());
  }

  @Test
  void aBlockingLoaderRunsInTheFetchIfTheExecutorPassesContextsOn() throws Exception {
    cache.close();
    cache = cache(traced -> traced.executor(Context.taskWrapping(NEW_THREADS)));
    assertThat(as("ann", () -> cache.get("k", blocking()))).isEqualTo("v");

    assertInTheFetchOf("ann", onlySeen());
  }

  @Test
  void aBlockingLoaderWithAnExecutorOfItsOwnRunsInTheFetchIfThatPassesContextsOn()
      throws Exception {
    AsyncLoader<String, String> own =
        AsyncLoader.blocking(blocking(), Context.taskWrapping(NEW_THREADS));
    assertThat(Eventually.value(as("ann", () -> cache.getOrFetch("k", own)))).isEqualTo("v");

    assertInTheFetchOf("ann", onlySeen());
  }

  @Test
  void aBulkLoaderIsCalledInTheContextOfItsCaller() throws Exception {
    Map<String, String> all =
        as(
            "ann",
            () ->
                cache.getAll(
                    List.of("a", "b"),
                    (keys, context) -> {
                      seen.add(Context.current());
                      return CompletableFuture.completedFuture(Map.of("a", "v"));
                    }));

    assertThat(all).isEqualTo(Map.of("a", "v"));
    assertThat(onlySeen().get(USER)).isEqualTo("ann");
    assertThat(spanOf(onlySeen())).isEqualTo(traces.caller("ann").getSpanId());
  }

  @Test
  void interceptorsThatAreAddedBeforeStandOutsideOfTheSpan() throws Exception {
    List<Context> outside = new ArrayList<>();
    List<Context> inside = new ArrayList<>();
    cache.close();
    cache =
        traces
            .telemetry()
            .instrument("users", CoalescingCache.builder().loaderInterceptor(noting(outside)))
            .loaderInterceptor(noting(inside))
            .build();
    assertThat(as("ann", () -> cache.getOrFetch("k", async())).join()).isEqualTo("v");

    assertThat(spanOf(outside.get(0))).isEqualTo(traces.caller("ann").getSpanId());
    assertInTheFetchOf("ann", inside.get(0));
    assertInTheFetchOf("ann", onlySeen());
  }

  @Test
  void inABulkInterceptorsAreLeftInTheContextOfTheCaller() throws Exception {
    List<Context> inside = new ArrayList<>();
    cache.close();
    cache = cache(traced -> traced.loaderInterceptor(noting(inside)));
    as("ann", () -> cache.getAllOrFetch(List.of("a", "b"), loader.bulk())).cancel(true);

    String caller = traces.caller("ann").getSpanId();
    assertThat(inside).extracting(LoaderContextTest::spanOf).containsExactly(caller, caller);
  }

  private static LoaderInterceptor<Object, Object> noting(List<Context> contexts) {
    return (key, context, next) -> {
      contexts.add(Context.current());
      return next.load(key, context);
    };
  }

  @Test
  void withALedgerTheLoaderIsCalledInTheFetchThoughOnAnotherThread() throws Exception {
    cache.close();
    CoalescingCache<String, String> shared =
        traces
            .telemetry()
            .<String, String>instrument(
                "users", CoalescingCache.builder().ledger(InMemoryFetchLedger.create()))
            .build();
    FetchHandle<String> handle = as("ann", () -> shared.getOrFetch("k", async()));

    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertInTheFetchOf("ann", onlySeen());
    shared.close();
  }

  @Test
  void stagesThatDependOnAHandleRunInTheContextOfNoCaller() throws Exception {
    FetchHandle<String> handle = as("ann", () -> cache.getOrFetch("k", loader.async()));
    CompletableFuture<Void> dependent =
        as("ann", () -> handle.thenAccept(value -> seen.add(Context.current())));
    as("the loader's thread", () -> loader.run().answer.complete("v"));

    assertThat(Eventually.value(dependent)).isNull();
    assertOfNoCaller(onlySeen());
  }

  @Test
  void hooksRunInTheContextOfNoCaller() throws Exception {
    FetchHandle<String> handle =
        as(
            "ann",
            () ->
                cache.getOrFetch(
                    "k",
                    (key, context) -> {
                      context.onAbandon(() -> seen.add(Context.current()));
                      return new CompletableFuture<>();
                    }));
    as("ann again", () -> handle.cancel(true));

    assertOfNoCaller(onlySeen());
  }
}
