package dev.slipstream;

import org.jspecify.annotations.Nullable;

/** The loader of a refresh: it calls {@code reload} with the value that is cached, if one is. */
final class Reload {
  private Reload() {}

  @SuppressWarnings("unchecked") // what is cached came from a loader for this cache's type
  static <K, V> AsyncLoader<K, V> of(
      AsyncLoader<? super K, ? extends V> loader, @Nullable CachedValue<V> base) {
    if (base == null || loader instanceof GatheringLoader) {
      return (AsyncLoader<K, V>) loader; // a bulk loader has no reload
    }
    V old = base.present();
    AsyncLoader<K, V> own = (AsyncLoader<K, V>) loader;
    if (own instanceof BlockingLoader<K, V> blocking) {
      Loader<K, V> blockingOwn = (Loader<K, V>) blocking.loader();
      return new BlockingLoader<>(key -> blockingOwn.reload(key, old));
    }
    return (key, context) -> own.reload(key, old, context);
  }
}
