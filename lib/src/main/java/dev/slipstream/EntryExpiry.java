package dev.slipstream;

import com.github.benmanes.caffeine.cache.Expiry;
import dev.slipstream.internal.Arguments;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When entries expire, by the builder's fixed durations. It is given to Caffeine as a variable
 * expiry, since only that can read and set an entry's remaining time.
 */
final class EntryExpiry<K, V> implements Expiry<K, CachedValue<V>> {
  private final long writeNanos;
  private final long accessNanos;

  EntryExpiry(@Nullable Duration afterWrite, @Nullable Duration afterAccess) {
    writeNanos = afterWrite == null ? Long.MAX_VALUE : Arguments.saturatedNanos(afterWrite);
    accessNanos = afterAccess == null ? Long.MAX_VALUE : Arguments.saturatedNanos(afterAccess);
  }

  @Override
  public long expireAfterCreate(K key, CachedValue<V> entry, long currentTime) {
    return Math.min(leftAtWrite(entry, currentTime), accessNanos);
  }

  @Override
  public long expireAfterUpdate(
      K key, CachedValue<V> entry, long currentTime, long currentDuration) {
    return Math.min(leftAtWrite(entry, currentTime), accessNanos);
  }

  /** Returns how long an entry may live that is written here, and may be older elsewhere. */
  private long leftAtWrite(CachedValue<V> entry, long currentTime) {
    long ttl = ttl(entry);
    return ttl == Long.MAX_VALUE || entry.isRestored() // which has its own time to live
        ? ttl
        : ttl - Math.max(0, currentTime - entry.writtenNanos);
  }

  @Override
  public long expireAfterRead(K key, CachedValue<V> entry, long currentTime, long currentDuration) {
    entry.readAt(currentTime);
    if (accessNanos == Long.MAX_VALUE) {
      return currentDuration;
    }
    long ttl = ttl(entry);
    if (ttl == Long.MAX_VALUE) {
      return accessNanos;
    }
    long left = ttl - (currentTime - entry.writtenNanos);
    return Math.min(accessNanos, entry.isRestored() ? Math.max(left, currentDuration) : left);
  }

  private long ttl(CachedValue<V> entry) {
    long own = entry.ttlNanos();
    return own == 0 ? writeNanos : own;
  }

  /** Another expiry, whose entries are to know when they expire. */
  record Noted<K, V>(Expiry<K, CachedValue<V>> expiry) implements Expiry<K, CachedValue<V>> {
    @Override
    public long expireAfterCreate(K key, CachedValue<V> entry, long currentTime) {
      return noted(entry, currentTime, expiry.expireAfterCreate(key, entry, currentTime));
    }

    @Override
    public long expireAfterUpdate(
        K key, CachedValue<V> entry, long currentTime, long currentDuration) {
      return noted(
          entry, currentTime, expiry.expireAfterUpdate(key, entry, currentTime, currentDuration));
    }

    @Override
    public long expireAfterRead(
        K key, CachedValue<V> entry, long currentTime, long currentDuration) {
      return noted(
          entry, currentTime, expiry.expireAfterRead(key, entry, currentTime, currentDuration));
    }

    private long noted(CachedValue<V> entry, long currentTime, long duration) {
      entry.expiresAt(currentTime + duration);
      return duration;
    }
  }

  /** The user's own expiry, over entries. */
  record OfUser<K, V>(Expiry<? super K, ? super V> expiry) implements Expiry<K, CachedValue<V>> {
    @Override
    public long expireAfterCreate(K key, CachedValue<V> entry, long currentTime) {
      long own = entry.ttlNanos();
      return own == 0 ? expiry.expireAfterCreate(key, entry.present(), currentTime) : own;
    }

    @Override
    public long expireAfterUpdate(
        K key, CachedValue<V> entry, long currentTime, long currentDuration) {
      long own = entry.ttlNanos();
      return own == 0
          ? expiry.expireAfterUpdate(key, entry.present(), currentTime, currentDuration)
          : own;
    }

    @Override
    public long expireAfterRead(
        K key, CachedValue<V> entry, long currentTime, long currentDuration) {
      entry.readAt(currentTime);
      return expiry.expireAfterRead(key, entry.present(), currentTime, currentDuration);
    }
  }
}
