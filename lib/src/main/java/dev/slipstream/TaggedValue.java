package dev.slipstream;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An entry, or the mark of an absence, with tags. */
final class TaggedValue<V> extends AgingValue<V> implements Tagged {
  private final Set<String> tags;

  TaggedValue(
      Generation<V> generation,
      @Nullable V value,
      long writtenNanos,
      long ttlNanos,
      long loadNanos,
      Set<String> tags) {
    super(generation, value, writtenNanos, ttlNanos, loadNanos);
    this.tags = tags;
  }

  @Override
  public Set<String> tags() {
    return tags;
  }

  /** Returns the tags of an entry; none if it has none, or there is no entry. */
  static Set<String> of(@Nullable CachedValue<?> entry) {
    return entry instanceof TaggedValue<?> tagged ? tagged.tags : Set.of();
  }
}
