package dev.slipstream.micrometer;

import dev.slipstream.FetchEnd;
import dev.slipstream.FetchListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Times fetches, by outcome. A timer is made with the first fetch of its outcome. */
final class FetchDurations implements FetchListener<Object> {
  static final String NAME = "slipstream.fetch.duration";

  private final MeterRegistry registry;
  private final Tags tags;
  private final Map<FetchEnd.Outcome, Timer> timers = new ConcurrentHashMap<>();

  FetchDurations(MeterRegistry registry, Tags tags) {
    this.registry = registry;
    this.tags = tags;
  }

  @Override
  public void onEnd(long fetchId, Object key, FetchEnd end) {
    Timer timer = timers.get(end.outcome());
    if (timer == null) {
      timer = timers.computeIfAbsent(end.outcome(), this::register);
    }
    timer.record(end.duration());
  }

  private Timer register(FetchEnd.Outcome outcome) {
    return Timer.builder(NAME)
        .tags(tags.and(tag(outcome)))
        .description("How long fetches took, from their start to their end")
        .publishPercentileHistogram()
        .register(registry);
  }

  /** Returns the tag of an outcome, as the counters of fetches have it. */
  static Tags tag(FetchEnd.Outcome outcome) {
    return Tags.of("outcome", outcome.name().toLowerCase(Locale.ROOT));
  }
}
