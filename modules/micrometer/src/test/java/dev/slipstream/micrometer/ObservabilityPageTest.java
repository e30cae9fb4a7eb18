package dev.slipstream.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CoalescingCache;
import dev.slipstream.testing.Eventually;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The code of {@code docs/observability.md} and of the module's Javadoc, and the page's table. */
class ObservabilityPageTest {
  private static final Pattern METER =
      Pattern.compile("`((?:cache|slipstream)\\.[a-z.]+)(?:\\{|`)");

  record User(int id, String name) {}

  private final MeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void thePageListsEveryMeter() throws IOException {
    CoalescingCache<Integer, User> users =
        CoalescingCache.builder()
            .name("users")
            .maximumSize(10_000)
            .recordStats()
            .fetchListener(SlipstreamMetrics.fetchDurations(registry, "users"))
            .build();
    SlipstreamMetrics.monitor(registry, users, "users");

    User user = users.get(1, id -> new User(id, "Ann"));
    assertThat(user).isEqualTo(new User(1, "Ann"));
    Eventually.passes(() -> assertThat(registry.find(FetchDurations.NAME).timer()).isNotNull());
    Set<String> made =
        registry.getMeters().stream()
            .map(Meter::getId)
            .map(Meter.Id::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(listed()).isEqualTo(made);
    users.close();
  }

  /** Returns the meters in the rows of the page's table. */
  private static Set<String> listed() throws IOException {
    return Files.readString(Path.of("../../docs/observability.md"))
        .lines()
        .filter(line -> line.startsWith("| `"))
        .flatMap(line -> METER.matcher(line.split("\\|")[1]).results())
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
