package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.ManualExecutor;
import dev.slipstream.testing.ManualTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A cache and the {@link CacheModel} of it, which take the same steps. */
final class ModelRun implements AutoCloseable {
  final CacheModel model;
  final FakeTicker ticker = new FakeTicker();
  private final ManualTimer timer = new ManualTimer();
  private final ManualExecutor executor = new ManualExecutor();
  final CoalescingCache<String, String> cache;

  /** What the cache's removal listener was notified of. */
  final List<String> removed = new ArrayList<>();

  /** The handles that callers have got, and what they are in the model. */
  final Map<FetchHandle<String>, ModelHandle> handles = new LinkedHashMap<>();

  /** The loads that have begun, by the step whose loader it is. */
  final Map<Integer, Load> loads = new LinkedHashMap<>();

  ModelRun(ModelSettings settings) {
    model = new CacheModel(settings);
    cache =
        settings.build(ticker, timer, executor, (value, cause) -> removed.add(value + " " + cause));
  }

  /** A load that has begun. */
  record Load(
      String key, @Nullable String old, FetchContext context, CompletableFuture<String> stage) {

    /** Ends it. */
    void bring(ModelAnswer answer) {
      context.tag(answer.tags().toArray(String[]::new));
      if (answer.units() != 0) {
        context.expireAfter(ModelSettings.ttl(answer.units()));
      }
      if (!answer.stores()) {
        context.doNotStore();
      }
      if (answer.kind() == ModelAnswer.Kind.FAILURE) {
        stage.completeExceptionally(answer.failure());
      } else {
        stage.complete(answer.brought(old));
      }
    }
  }

  /** The loader of a step. */
  private AsyncLoader<String, String> loader(ModelStep step) {
    return new AsyncLoader<>() {
      @Override
      public CompletionStage<String> load(String key, FetchContext context) {
        return begin(step, new Load(key, null, context, new CompletableFuture<>()));
      }

      @Override
      public CompletionStage<String> reload(String key, String old, FetchContext context) {
        return begin(step, new Load(key, old, context, new CompletableFuture<>()));
      }
    };
  }

  private CompletableFuture<String> begin(ModelStep step, Load load) {
    assertThat(loads.put(step.number(), load)).as("an earlier run of the loader").isNull();
    load.context.tag(step.tags().toArray(String[]::new));
    if (step.atOnce()) {
      load.bring(step.answer());
    }
    return load.stage;
  }

  /** Takes a step, and looks whether both have come to the same. */
  void take(ModelStep step) {
    String key = step.key();
    switch (step.what()) {
      case GET -> handles.put(cache.getOrFetch(key, loader(step)), model.get(step));
      case REFRESH -> handles.put(cache.refresh(key, loader(step)), model.refresh(step));
      case PREFETCH -> prefetch(step);
      case JOIN -> join(step);
      case LEAVE -> leave(step.pick());
      case ANSWER -> answer(step);
      case WAIT -> {
        ticker.advance(ModelSettings.UNIT.multipliedBy(step.units()));
        model.pass(step.units());
      }
      case TIME_OUT -> {
        timer.advance(ModelSettings.UNIT.multipliedBy(step.units()));
        model.flights.elapse(step.units());
      }
      case PUT -> {
        cache.put(key, step.answer().value(), step.tags());
        model.put(key, step.answer().value(), step.tags());
      }
      case PUT_IF_ABSENT -> {
        String unused = cache.asMap().putIfAbsent(key, step.answer().value());
        model.putIfAbsent(key, step.answer().value());
      }
      case REPLACE -> {
        String unused = cache.asMap().replace(key, step.answer().value());
        model.replace(key, step.answer().value());
      }
      case READ -> {
        String unused = cache.getIfPresent(key);
      }
      case INVALIDATE -> {
        cache.invalidate(key);
        model.invalidate(key);
      }
      case INVALIDATE_ALL -> {
        cache.invalidateAll();
        model.invalidateAll();
      }
      case INVALIDATE_TAG -> {
        cache.cleanUp(); // what has expired has no tag any more
        cache.invalidateTag(step.tag());
        model.invalidateTag(step.tag());
      }
      case RESTORE -> {
        cache.restore(cache.snapshot());
        model.restore();
      }
      case ABORT -> {
        boolean unused = cache.abort(key, new IllegalStateException("aborted"));
        model.flights.abort(key);
      }
      case CLEAN_UP -> cache.cleanUp();
      default -> throw new AssertionError(step);
    }
    settle();
    ModelCheck.check(this);
  }

  private void prefetch(ModelStep step) {
    cache.prefetch(step.key(), loader(step));
    ModelHandle unused = model.prefetch(step);
  }

  private void join(ModelStep step) {
    FetchHandle<String> handle = cache.joinIfInFlight(step.key());
    ModelHandle expected = model.join(step);
    assertThat(handle != null).as("there is a fetch to join").isEqualTo(expected != null);
    if (handle != null && expected != null) {
      handles.put(handle, expected);
    }
  }

  private void leave(int pick) {
    List<FetchHandle<String>> waiting = new ArrayList<>();
    handles.forEach(
        (handle, expected) -> {
          if (!expected.isDone) {
            waiting.add(handle);
          }
        });
    if (!waiting.isEmpty()) {
      FetchHandle<String> handle = waiting.get(pick % waiting.size());
      boolean unused = handle.cancel(true);
      model.flights.leave(handles.get(handle));
    }
  }

  private void answer(ModelStep step) {
    List<ModelFlight> running =
        model.flights.running.stream().filter(flight -> flight.started).toList();
    if (!running.isEmpty()) {
      ModelFlight flight = running.get(step.pick() % running.size());
      loads.get(flight.loader.number()).bring(step.answer());
      model.flights.answer(flight, step.answer());
    }
  }

  /** Runs what is left to timers and to the executor. */
  private void settle() {
    timer.advance(Duration.ZERO);
    while (!model.flights.promoted.isEmpty()) {
      executor.runNext();
      model.flights.run(model.flights.promoted.remove());
    }
    assertThat(executor.size()).as("loads that are to start").isZero();
  }

  /** Ends all that runs, has everything expire, and looks whether anything is left. */
  void finish(ModelAnswer answer) {
    while (!model.flights.running.isEmpty()) {
      ModelFlight flight = model.flights.running.get(0);
      loads.get(flight.loader.number()).bring(answer);
      model.flights.answer(flight, answer);
      settle();
      ModelCheck.check(this);
    }
    int units = 2 * ModelSettings.TTL + ModelSettings.RETAINED;
    ticker.advance(ModelSettings.UNIT.multipliedBy(units));
    model.pass(units);
    cache.cleanUp();
    ModelCheck.checkAtRest(this);
  }

  @Override
  public void close() {
    cache.close();
  }

  /** Returns the tags of which the cache knows something. */
  Set<String> linkedTags() {
    return inside().tags.linkedTags();
  }

  CacheCore<String, String> inside() {
    return ((SlipstreamCache<String, String>) cache).core;
  }
}
