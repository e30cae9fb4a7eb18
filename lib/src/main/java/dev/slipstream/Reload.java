package dev.slipstream;

/** The loader of a refresh: it calls {@code reload} with the value that is cached. */
final class Reload {
  private Reload() {}

  @SuppressWarnings("unchecked") // what is cached came from a loader for this cache's type
  static <K, V> AsyncLoader<K, V> of(AsyncLoader<? super K, ? extends V> loader, V old) {
    if (loader instanceof GatheringLoader) {
      return (AsyncLoader<K, V>) loader; // a bulk loader has no reload
    }
    AsyncLoader<K, V> own = (AsyncLoader<K, V>) loader;
    if (own instanceof BlockingLoader<K, V> blocking) {
      Loader<K, V> blockingOwn = (Loader<K, V>) blocking.loader();
      return new BlockingLoader<>(key -> blockingOwn.reload(key, old));
    }
    return (key, context) -> own.reload(key, old, context);
  }
}
