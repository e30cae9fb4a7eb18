package dev.slipstream;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is cached under which tag, and which tags were invalidated while loads run that began
 * earlier: such a load may name its tags at any time before it completes.
 *
 * <p>Invalidations are numbered. A load knows the number of the last one before it began, and is
 * outdated if one of its tags was invalidated later. The two meet so:
 *
 * <pre>
 * a load's decision           an invalidation
 *   enters STORING              takes the next number
 *   links its entry             notes it for the tag
 *   is it outdated?             for each entry linked to the tag:
 *   if not, stores                fences its key, removes it, fences again
 * </pre>
 *
 * <p>A load that does not see the note has linked its entry before: the invalidation finds that,
 * and its fence waits until the entry is stored. A write that is none of a load links its entry
 * before it stores it, too: then it comes before the invalidation, or after it.
 *
 * <p>A note stays until no load is in the air that began before it. To find that out costs a look
 * at all flights, and is done once for so many ends of flights as the last look has seen.
 */
final class TagIndex<K> {
  private final Map<String, Map<Tagged, K>> linked = new ConcurrentHashMap<>();
  private final Map<String, Long> invalidated = new ConcurrentHashMap<>();
  private final AtomicLong last = new AtomicLong();

  /** Flights that have ended, and invalidations, since the last look; and what that has seen. */
  private final AtomicInteger events = new AtomicInteger();

  private final AtomicInteger inAir = new AtomicInteger();

  /** Returns the number of the last invalidation; zero if there was none. */
  long last() {
    return last.get();
  }

  /** Makes what is about to be stored known by its tags, if it has any. */
  void link(K key, @Nullable Object mark) {
    if (mark instanceof Tagged tagged) {
      for (String tag : tagged.tags()) {
        linked.compute(
            tag,
            (same, present) -> {
              Map<Tagged, K> all = present == null ? new ConcurrentHashMap<>() : present;
              all.put(tagged, key);
              return all;
            });
      }
    }
  }

  /** Forgets what is stored no longer, or was not stored after all. May be called again. */
  void unlink(@Nullable Object mark) {
    if (mark instanceof Tagged tagged) {
      for (String tag : tagged.tags()) {
        linked.computeIfPresent(
            tag,
            (same, all) -> {
              all.remove(tagged);
              return all.isEmpty() ? null : all;
            });
      }
    }
  }

  /** Returns whether nothing is linked. */
  boolean isEmpty() {
    return linked.isEmpty();
  }

  /** Lets go of all that is linked. */
  void clear() {
    linked.clear();
  }

  /** Notes an invalidation, and does something with all that is linked to the tag. */
  void invalidate(String tag, BiConsumer<Tagged, K> removal) {
    invalidated.merge(tag, last.incrementAndGet(), Math::max);
    linked.getOrDefault(tag, Map.of()).forEach(removal);
  }

  /** Returns whether one of a load's tags was invalidated after the load began. */
  boolean isOutdated(StoreOptions load) {
    for (String tag : load.tags()) {
      Long number = invalidated.get(tag);
      if (number != null && number > load.began()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Drops notes that no load in the air needs, if it is time to look. Called after each end of a
   * flight, and each invalidation.
   *
   * @param oldest looks at all flights: counts them by {@link #seen}, and returns the least number
   *     with which one of them began
   */
  void prune(LongSupplier oldest) {
    if (last.get() == 0) {
      return;
    }
    if (invalidated.isEmpty()) {
      inAir.set(0); // ends that are not counted: the next invalidation looks
      return;
    }
    if (events.incrementAndGet() < inAir.get()) {
      return;
    }
    synchronized (this) {
      events.set(0);
      inAir.set(0);
      long before = last.get(); // a load that begins during the look has seen as much
      long least = Math.min(before, oldest.getAsLong());
      invalidated.values().removeIf(number -> number <= least);
    }
  }

  /** The look has come upon a flight. Called by it. */
  void seen() {
    inAir.incrementAndGet();
  }

  /** Returns the tags of which a note is kept, and those of what is linked; for tests. */
  Set<String> noted() {
    return invalidated.keySet();
  }

  Set<String> linkedTags() {
    return linked.keySet();
  }
}
