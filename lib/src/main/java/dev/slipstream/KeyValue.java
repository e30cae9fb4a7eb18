package dev.slipstream;

import java.util.concurrent.CompletableFuture;

/** What the load of one key waits for while its value is loaded with others. */
final class KeyValue<K, V> extends CompletableFuture<V> {
  final K key;
  final LoadContext<K, V> load;

  /**
   * Makes one without a value.
   *
   * @param context what the loader of the key was given
   */
  @SuppressWarnings("unchecked") // loads call their loaders with contexts of their own
  KeyValue(K key, FetchContext context) {
    if (!(context instanceof LoadContext<?, ?> own)) {
      throw new IllegalArgumentException(
          "the load of key %s was given the context %s: an interceptor is to pass on the context that it gets"
              .formatted(Failures.text(key), Failures.text(context)));
    }
    this.key = key;
    this.load = (LoadContext<K, V>) own;
  }
}
