package dev.slipstream.view;

import java.util.List;

/**
 * What a cache held, in no particular order, apart from the cache: it does not change any more.
 *
 * @param entries the entries, no key twice
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public record CacheView<K, V>(List<EntryView<K, V>> entries) {
  /**
   * Copies the list.
   *
   * @param entries the entries, no key twice
   */
  public CacheView {
    entries = List.copyOf(entries);
  }

  /** Returns how many entries there are. */
  @Override
  public String toString() {
    return "CacheView[%,d entries]".formatted(entries.size());
  }
}
