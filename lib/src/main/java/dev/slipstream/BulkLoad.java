package dev.slipstream;

import dev.slipstream.StatsRecorder.End;
import dev.slipstream.internal.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A bulk loader's run for several flights: all of them settle and store before the first is
 * published, so that whoever hears of one key finds the others.
 */
final class BulkLoad<K, V>
    implements BiConsumer<@Nullable Map<? extends K, ? extends V>, @Nullable Throwable> {
  private final Engine<K, V> engine;
  private final BulkLoader<K, V> loader;
  private final BulkContext<K, V> context;
  private final List<Flight<K, V>> flights = new ArrayList<>();

  BulkLoad(Engine<K, V> engine, BulkLoader<K, V> loader, BulkContext<K, V> context) {
    this.engine = engine;
    this.loader = loader;
    this.context = context;
  }

  void add(Flight<K, V> flight) {
    flights.add(flight);
  }

  /** Calls the loader, on this thread, unless close or abort has ended all flights meanwhile. */
  void start() {
    flights.removeIf(Flight::hasEnded);
    flights.forEach(flight -> context.addKey(flight.slot.key));
    if (flights.stream().allMatch(Flight::hasEnded)) {
      return;
    }
    if (engine.fetchTimeoutNanos > 0) {
      context.setTimer(
          Threads.timer().schedule(this::timeOut, engine.fetchTimeoutNanos, TimeUnit.NANOSECONDS));
    }
    flights.forEach(flight -> engine.changes.tick(flight.slot.key));
    CompletionStage<? extends Map<? extends K, ? extends V>> stage;
    List<Object> loads = LoadStack.push(context);
    try {
      stage = loader.loadAll(context.key(), context);
    } catch (Throwable e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      accept(null, e);
      return;
    } finally {
      LoadStack.pop(loads);
    }
    if (stage == null) {
      accept(
          null, new NullPointerException(Failures.nullStage(loader, context.key(), engine.name)));
    } else {
      context.await(stage, this);
    }
  }

  @Override
  public void accept(@Nullable Map<? extends K, ? extends V> values, @Nullable Throwable failure) {
    if (!context.finish()) {
      return;
    }
    try {
      end(values, failure);
    } catch (Throwable e) { // out of stack or memory: nobody may be left waiting all the same
      for (Flight<K, V> flight : flights) {
        boolean unused = flight.end(Failures.broken(e, flight.slot.key, engine), End.FAILURE);
      }
      throw e;
    } finally {
      engine.bulks.remove(context);
    }
  }

  private void end(@Nullable Map<? extends K, ? extends V> values, @Nullable Throwable failure) {
    Throwable fault = failure;
    if (fault == null && values == null) {
      fault = new NullPointerException(Failures.nullMap(loader, context.key(), engine.name));
    }
    List<Flight<K, V>> settled = new ArrayList<>(flights.size());
    for (Flight<K, V> flight : flights) {
      if (settle(flight, values, fault)) {
        settled.add(flight);
      }
    }
    settled.removeIf(flight -> !flight.latch());
    settled.forEach(Flight::announce);
    engine.changes.listeners.tell();
    if (fault == null && values != null) {
      storeExtras(values);
    }
  }

  private boolean settle(
      Flight<K, V> flight,
      @Nullable Map<? extends K, ? extends V> values,
      @Nullable Throwable failure) {
    if (values == null || failure != null) {
      return flight.settle(null, failure);
    }
    V value;
    try {
      value = values.get(flight.slot.key);
    } catch (RuntimeException | Error e) {
      return flight.settle(null, e);
    }
    return flight.settle(value, null);
  }

  private void storeExtras(Map<? extends K, ? extends V> values) {
    try {
      values.forEach(
          (key, value) -> {
            if (key != null && value != null && !context.key().contains(key)) {
              engine.storeExtra(key, value, context);
            }
          });
    } catch (RuntimeException | Error e) {
      Failures.logExtras(engine, e);
    }
  }

  private void timeOut() {
    for (Flight<K, V> flight : flights) {
      flight.end(Failures.fetchTimeout(flight.slot.key, engine), End.TIMEOUT);
    }
  }
}
