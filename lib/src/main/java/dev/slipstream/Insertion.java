package dev.slipstream;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The user's steps between a loaded value and its store: the identity check, the insert callback.
 */
final class Insertion<K, V> {
  private final String cache;
  private final @Nullable Function<? super V, ? extends K> identity;
  private final @Nullable InsertCallback<K, V> callback;

  Insertion(CacheConfig<K, V> config) {
    cache = config.name();
    identity = config.identity();
    callback = config.insertCallback();
  }

  boolean hasSteps() {
    return identity != null || callback != null;
  }

  /** Returns whether {@link #canonical} is to be given what L1 holds. */
  boolean readsCurrent() {
    return callback != null;
  }

  /** Returns the failure if the loaded value's own id is not the key, or null. */
  @Nullable FetchException misfit(K key, V fetched) {
    if (identity == null) {
      return null;
    }
    K id = identity.apply(fetched);
    return key.equals(id)
        ? null
        : new IdentityMismatchException(
            "cache %s: key %s was asked for, but the loader returned a value whose id is %s:"
                    .formatted(cache, Failures.text(key), Failures.text(id))
                + " fix the loader, or the identity function",
            key,
            null);
  }

  /** Returns what to store and deliver for a loaded value. */
  V canonical(K key, V fetched, @Nullable V current) throws Exception {
    if (callback == null) {
      return fetched;
    }
    return Objects.requireNonNull(
        callback.insert(key, fetched, current),
        "the insert callback returned null: return the value to store, or current to store nothing");
  }
}
