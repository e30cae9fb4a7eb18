package dev.slipstream.micrometer;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.RequiredSearch;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Reads the meters of the cache "users". */
record Meters(MeterRegistry registry) {
  double counter(String name, String... tags) {
    return search(name, tags).functionCounter().count();
  }

  double gauge(String name, String... tags) {
    return search(name, tags).gauge().value();
  }

  private RequiredSearch search(String name, String... tags) {
    return registry.get(name).tag("cache", "users").tags(tags);
  }

  /** Returns the names and further tags of all meters. */
  List<String> all() {
    return registry.getMeters().stream().map(Meter::getId).map(Meters::text).sorted().toList();
  }

  /** Returns the names and further tags of the meters that read anything but zero. */
  List<String> notZero() {
    return registry.getMeters().stream()
        .filter(
            meter ->
                StreamSupport.stream(meter.measure().spliterator(), false)
                    .anyMatch(measurement -> measurement.getValue() != 0))
        .map(Meter::getId)
        .map(Meters::text)
        .sorted()
        .toList();
  }

  private static String text(Meter.Id id) {
    return id.getTags().stream()
        .filter(tag -> !tag.getKey().equals("cache"))
        .map(tag -> tag.getKey() + "=" + tag.getValue())
        .collect(Collectors.joining(",", id.getName() + "{", "}"));
  }
}
