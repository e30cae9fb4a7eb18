package dev.slipstream.micrometer;

import dev.slipstream.CacheStats;
import dev.slipstream.CoalescingCache;
import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cache whose statistics are what the test says, also those that no test can bring about. */
final class FixedCache {
  /** The names of the counts that the library's statistics consist of. */
  static final List<String> COUNTS = Arrays.stream(counts()).map(Enum::name).toList();

  private volatile CacheStats stats = stats(Map.of());

  final CoalescingCache<?, ?> cache =
      (CoalescingCache<?, ?>)
          Proxy.newProxyInstance(
              CoalescingCache.class.getClassLoader(),
              new Class<?>[] {CoalescingCache.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "stats" -> stats;
                    case "isRecordingStats" -> true;
                    case "estimatedSize" -> 0L;
                    case "inFlightCount", "awaiterCount" -> 0;
                    case "oldestFetchAge" -> Optional.empty();
                    default -> throw new UnsupportedOperationException(method.toString());
                  });

  /** Sets the counts; those that are not named are zero. */
  void set(Map<String, Long> counts) {
    stats = stats(counts);
  }

  private static CacheStats stats(Map<String, Long> counts) {
    Map<Enum<?>, Long> byCount = new HashMap<>();
    for (Enum<?> count : counts()) {
      byCount.put(count, counts.getOrDefault(count.name(), 0L));
    }
    try {
      Constructor<CacheStats> constructor = CacheStats.class.getDeclaredConstructor(Map.class);
      constructor.setAccessible(true);
      return constructor.newInstance(byCount);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static Enum<?>[] counts() {
    try {
      return (Enum<?>[]) Class.forName("dev.slipstream.StatsCount").getEnumConstants();
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
