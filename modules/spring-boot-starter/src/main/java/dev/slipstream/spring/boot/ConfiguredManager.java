package dev.slipstream.spring.boot;

import dev.slipstream.CoalescingCache;
import dev.slipstream.CoalescingCacheBuilder;
import dev.slipstream.spring.SlipstreamCacheManager;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Makes the cache manager that properties describe; a bad value is named with its property. */
final class ConfiguredManager {
  private static final String PREFIX = "slipstream.cache.";

  private final SlipstreamCacheProperties properties;
  private final List<SlipstreamBuilderCustomizer> customizers;
  private final SlipstreamCacheManager manager = new SlipstreamCacheManager();

  ConfiguredManager(
      SlipstreamCacheProperties properties, List<SlipstreamBuilderCustomizer> customizers) {
    this.properties = properties;
    this.customizers = customizers;
  }

  SlipstreamCacheManager make() {
    check("spec", properties.spec(), this::checkSpec);
    check("spec", properties.spec(), manager::setSpec);
    check("caller-timeout", properties.callerTimeout(), manager::setCallerTimeout);
    check("fetch-timeout", properties.fetchTimeout(), scratch()::fetchTimeout);
    check("absent-ttl", properties.absentTtl(), this::checkAbsentTtl);
    check("event-journal", properties.eventJournal(), scratch()::eventJournal);
    check("cache-names", properties.cacheNames(), names -> manager.setCacheNames(names));
    properties.caches().forEach(this::check);
    manager.setAllowNullValues(properties.allowNullValues());
    manager.setRecordStats(properties.recordStats());
    manager.setCustomizer(this::customize);
    if (!names().isEmpty()) {
      manager.setCacheNames(names());
    }
    return manager;
  }

  private Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    if (properties.cacheNames() != null) {
      names.addAll(properties.cacheNames());
    }
    names.addAll(properties.caches().keySet());
    return names;
  }

  private void check(String name, SlipstreamCacheProperties.OneCache cache) {
    String prefix = "caches." + name + ".";
    check(prefix + "spec", cache.spec(), this::checkSpec);
    check(prefix + "spec", cache.spec(), spec -> manager.setSpec(name, spec));
    check(prefix + "fetch-timeout", cache.fetchTimeout(), scratch()::fetchTimeout);
  }

  /** Builds a cache by the specification, unless customizers may complete it. */
  private void checkSpec(String spec) {
    CoalescingCacheBuilder<Object, Object> builder = CoalescingCacheBuilder.from(spec);
    if (customizers.stream().allMatch(Observer.class::isInstance)) {
      builder.build().close();
    }
  }

  private void checkAbsentTtl(Duration absentTtl) {
    CoalescingCacheBuilder<Object, Object> unused = scratch().absentTtl(absentTtl);
    if (properties.allowNullValues()) {
      throw new IllegalArgumentException(
          "null is stored as a value, so that no absence is left to be remembered: set "
              + PREFIX
              + "allow-null-values=false, or leave this out");
    }
  }

  private void customize(String name, CoalescingCacheBuilder<Object, Object> builder) {
    SlipstreamCacheProperties.OneCache own = properties.caches().get(name);
    Duration ownTimeout = own == null ? null : own.fetchTimeout();
    set(ownTimeout == null ? properties.fetchTimeout() : ownTimeout, builder::fetchTimeout);
    set(properties.absentTtl(), builder::absentTtl);
    set(properties.eventJournal(), builder::eventJournal);
    for (SlipstreamBuilderCustomizer customizer : customizers) {
      if (properties.recordStats() || !(customizer instanceof Observer)) {
        customizer.customize(name, builder);
      }
    }
  }

  private static CoalescingCacheBuilder<Object, Object> scratch() {
    return CoalescingCache.builder();
  }

  private static <T> void set(@Nullable T value, Consumer<T> setting) {
    if (value != null) {
      setting.accept(value);
    }
  }

  /** Makes a setting, and names its property if it is refused. */
  private static <T> void check(String property, @Nullable T value, Consumer<T> setting) {
    try {
      set(value, setting);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw named(PREFIX + property, String.valueOf(value), e);
    }
  }

  private static InvalidConfigurationPropertyValueException named(
      String property, String value, RuntimeException refusal) {
    var named =
        new InvalidConfigurationPropertyValueException(
            property, value, String.valueOf(refusal.getMessage()));
    named.initCause(refusal);
    return named;
  }

  /** Observes caches that count. It adds no setting by which others could contradict each other. */
  interface Observer extends SlipstreamBuilderCustomizer {}
}
