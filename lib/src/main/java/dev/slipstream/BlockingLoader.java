package dev.slipstream;

import java.util.concurrent.CompletionStage;

/**
 * A blocking loader where an asynchronous one is asked for. Flights know it and run it themselves.
 */
record BlockingLoader<K, V>(Loader<? super K, ? extends V> loader) implements AsyncLoader<K, V> {
  @Override
  public CompletionStage<? extends V> load(K key, FetchContext context) {
    throw new UnsupportedOperationException("a blocking loader is run by its flight");
  }
}
