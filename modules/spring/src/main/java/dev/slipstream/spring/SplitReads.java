package dev.slipstream.spring;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns, once a cache, of values that are read and put by two calls, as {@code @Cacheable} without
 * {@code sync = true} does it: its callers share no load, and a value that is evicted between the
 * two is put nevertheless.
 */
final class SplitReads {
  private static final Logger LOG = LoggerFactory.getLogger(SlipstreamCache.class);

  private final String cache;
  private final AtomicBoolean warned = new AtomicBoolean();
  private volatile boolean missed;

  SplitReads(String cache) {
    this.cache = cache;
  }

  /** Notes that a value was looked for without a loader, and not found. */
  void missed() {
    if (!missed) {
      missed = true;
    }
  }

  /** Warns if the value that is put may be one that was looked for. */
  void put() {
    if (missed && !warned.get() && warned.compareAndSet(false, true)) {
      LOG.warn(
          "cache {}: values are looked for and put by two calls: concurrent callers share no load, and a"
              + " value that is evicted in between is put nevertheless. Use @Cacheable(sync = true), or"
              + " get(key, valueLoader)",
          cache);
    }
  }
}
