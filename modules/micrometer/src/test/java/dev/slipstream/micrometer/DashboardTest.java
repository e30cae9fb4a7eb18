package dev.slipstream.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipstream.CoalescingCache;
import dev.slipstream.testing.Eventually;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dashboard asks for metrics that a Prometheus has which scrapes a cache's registry. */
class DashboardTest {
  private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z_]+)(?:\\{([^}]*)})? .*$");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)\\s*(=~?)\\s*\"([^\"]*)\"");
  private static final Pattern SELECTOR = Pattern.compile("([a-z_]+)\\{([^}]*)}");
  private static final Pattern GROUPING = Pattern.compile("by \\(([a-z, ]+)\\)");
  private static final Pattern WORD = Pattern.compile("[a-z_]{2,}");
  private static final Set<String> FUNCTIONS = Set.of("sum", "max", "rate", "histogram_quantile");

  /** The scraped metrics, each with the values of its labels. */
  private static final Map<String, Map<String, Set<String>>> SCRAPED = new TreeMap<>();

  private static JsonNode dashboard;

  @BeforeAll
  static void scrapeAndRead() throws IOException {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (CoalescingCache<String, String> cache =
        CoalescingCache.builder()
            .recordStats()
            .fetchListener(SlipstreamMetrics.fetchDurations(registry, "users"))
            .build()) {
      SlipstreamMetrics.monitor(registry, cache, "users");
      cache.get("k", key -> "v");
      Eventually.passes(() -> assertThat(registry.find(FetchDurations.NAME).timer()).isNotNull());
      Matcher sample = SAMPLE.matcher(registry.scrape());
      while (sample.find()) {
        Map<String, Set<String>> labels =
            SCRAPED.computeIfAbsent(sample.group(1), name -> new TreeMap<>());
        Matcher label = LABEL.matcher(Objects.requireNonNullElse(sample.group(2), ""));
        while (label.find()) {
          labels.computeIfAbsent(label.group(1), name -> new TreeSet<>()).add(label.group(3));
        }
      }
    }
    try (InputStream json = SlipstreamMetrics.class.getResourceAsStream("grafana-dashboard.json")) {
      dashboard = new ObjectMapper().readTree(json);
    }
  }

  private static List<String> expressions() {
    List<String> expressions = new ArrayList<>();
    dashboard
        .get("panels")
        .forEach(
            panel -> panel.get("targets").forEach(t -> expressions.add(t.get("expr").textValue())));
    return expressions;
  }

  @Test
  void everyMetricOfTheDashboardIsScraped() {
    assertThat(expressions()).hasSizeGreaterThan(15);
    for (String expression : expressions()) {
      assertThat(words(expression))
          .as(expression)
          .isNotEmpty()
          .allSatisfy(word -> assertThat(FUNCTIONS.contains(word) || isScraped(word)).isTrue());
    }
  }

  private static boolean isScraped(String word) {
    return SCRAPED.containsKey(word);
  }

  /** Returns the metrics and functions of an expression. */
  private static List<String> words(String expression) {
    String bare =
        GROUPING.matcher(expression).replaceAll("").replaceAll("\\{[^}]*}|\\[[^\\]]*]", " ");
    return WORD.matcher(bare).results().map(match -> match.group()).toList();
  }

  @Test
  void everyLabelOfTheDashboardIsScrapedWithItsMetric() {
    for (String expression : expressions()) {
      Matcher selector = SELECTOR.matcher(expression);
      while (selector.find()) {
        Map<String, Set<String>> labels = SCRAPED.get(selector.group(1));
        Matcher label = LABEL.matcher(selector.group(2));
        while (label.find()) {
          assertThat(labels).as(expression).containsKey(label.group(1));
          if (label.group(2).equals("=")) {
            assertThat(labels.get(label.group(1))).as(expression).contains(label.group(3));
          }
        }
        Matcher grouping = GROUPING.matcher(expression);
        while (grouping.find()) {
          assertThat(labels.keySet()).as(expression).contains(grouping.group(1).split(", "));
        }
      }
    }
  }

  @Test
  void theDashboardShowsWhatThePageSays() {
    List<String> titles = new ArrayList<>();
    dashboard.get("panels").forEach(panel -> titles.add(panel.get("title").textValue()));

    assertThat(titles)
        .contains(
            "Hit ratio",
            "Coalescing ratio",
            "Fetches by outcome",
            "Running fetches and waiting callers",
            "Oldest running fetch",
            "Duration of fetches",
            "Size",
            "Evictions and puts");
    assertThat(String.join("\n", expressions()))
        .contains("histogram_quantile(0.5, ", "histogram_quantile(0.99, ");
  }

  @Test
  void everyMetricOfThePagesAlertsIsScraped() throws IOException {
    String page = Files.readString(Path.of("../../docs/observability.md"));
    Set<String> metrics = new TreeSet<>();
    Matcher metric = Pattern.compile("\\b(?:cache|slipstream)_[a-z_]+").matcher(page);
    while (metric.find()) {
      metrics.add(metric.group());
    }

    assertThat(metrics).hasSizeGreaterThan(4).allMatch(DashboardTest::isScraped);
  }

  @Test
  void aMetricThatIsNotThereIsFound() {
    assertThat(isScraped("slipstream_fetches_total")).isTrue();
    assertThat(isScraped("slipstream_fetchs_total")).isFalse();
    assertThat(words("sum by (cache) (rate(a_b{x=\"y\"}[5m])) / cd"))
        .containsExactly("sum", "rate", "a_b", "cd");
  }

  @Test
  void theCachesToChooseFromAreThoseThatAreScraped() {
    String query = dashboard.at("/templating/list/1/query/query").textValue();

    Matcher label = Pattern.compile("label_values\\(([a-z_]+), ([a-z]+)\\)").matcher(query);
    assertThat(label.matches()).isTrue();
    assertThat(SCRAPED.get(label.group(1)).get(label.group(2))).containsExactly("users");
  }
}
