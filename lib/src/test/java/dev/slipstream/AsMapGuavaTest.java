package dev.slipstream;

import com.google.common.collect.testing.ConcurrentMapTestSuiteBuilder;
import com.google.common.collect.testing.TestStringMapGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.MapFeature;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import junit.framework.Test;
import junit.framework.TestSuite;

/** Guava's own test suites of maps on the view, for caches with and without bounds and expiry. */
public final class AsMapGuavaTest {
  private AsMapGuavaTest() {}

  /** Returns the suites; JUnit's vintage engine looks for this method. */
  public static Test suite() {
    TestSuite suite = new TestSuite("asMap");
    suite.addTest(suiteOf("asMap of a plain cache", () -> CoalescingCache.builder().build()));
    suite.addTest(
        suiteOf(
            "asMap of a cache with everything",
            () ->
                CoalescingCache.builder()
                    .maximumSize(1_000_000)
                    .expireAfterWrite(Duration.ofHours(1))
                    .expireAfterAccess(Duration.ofHours(1))
                    .absentTtl(Duration.ofHours(1))
                    .recordStats()
                    .build()));
    return suite;
  }

  private static Test suiteOf(String name, Supplier<CoalescingCache<String, String>> cache) {
    return ConcurrentMapTestSuiteBuilder.using(
            new TestStringMapGenerator() {
              @Override
              protected Map<String, String> create(Map.Entry<String, String>[] entries) {
                Map<String, String> map = cache.get().asMap();
                for (Map.Entry<String, String> entry : entries) {
                  map.put(entry.getKey(), entry.getValue());
                }
                return map;
              }
            })
        .named(name)
        .withFeatures(
            MapFeature.GENERAL_PURPOSE,
            MapFeature.ALLOWS_NULL_ENTRY_QUERIES,
            CollectionFeature.SUPPORTS_ITERATOR_REMOVE,
            CollectionSize.ANY)
        .createTestSuite();
  }
}
