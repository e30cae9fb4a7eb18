package dev.slipstream.micrometer;

import dev.slipstream.FetchEnd;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;

/** What the meters of one cache are known by, before filters. */
final class MeterNames {
  /** Those that have no further tag and are not counted by {@link StatsMeter}. */
  private static final List<String> PLAIN =
      List.of(
          "cache.size",
          "cache.puts",
          "cache.evictions",
          "cache.load.duration",
          "slipstream.fetches.active",
          "slipstream.awaiters.active",
          "slipstream.fetch.oldest.age");

  private MeterNames() {}

  static List<Meter.Id> of(Iterable<Tag> cacheTags) {
    Tags tags = Tags.of(cacheTags);
    List<Meter.Id> ids = new ArrayList<>();
    PLAIN.forEach(name -> ids.add(id(name, tags)));
    ids.add(id("cache.gets", tags.and("result", "hit")));
    ids.add(id("cache.gets", tags.and("result", "miss")));
    for (StatsMeter meter : StatsMeter.ALL) {
      ids.add(id(meter.name(), tags.and(meter.tags())));
    }
    for (FetchEnd.Outcome outcome : FetchEnd.Outcome.values()) {
      ids.add(id(FetchDurations.NAME, tags.and(FetchDurations.tag(outcome))));
    }
    return ids;
  }

  /** Ids are equal by name and tags. */
  private static Meter.Id id(String name, Tags tags) {
    return new Meter.Id(name, tags, null, null, Meter.Type.OTHER);
  }
}
