package dev.slipstream.ledger;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One change in a feed.
 *
 * @param key what was changed; null for all keys
 * @param by the node that changed it, which is not notified; null to notify all
 */
record FeedEntry<K>(Kind kind, @Nullable K key, @Nullable NodeIdentity by) {
  enum Kind {
    INVALIDATED,
    INVALIDATED_ALL,
    CHANGED,
    ATTACHED,
    DETACHED
  }

  static <K> FeedEntry<K> invalidated(K key, NodeIdentity by) {
    return new FeedEntry<>(Kind.INVALIDATED, key, by);
  }

  static <K> FeedEntry<K> invalidatedAll(NodeIdentity by) {
    return new FeedEntry<>(Kind.INVALIDATED_ALL, null, by);
  }

  static <K> FeedEntry<K> changed(K key, @Nullable NodeIdentity by) {
    return new FeedEntry<>(Kind.CHANGED, key, by);
  }

  void deliverTo(FeedListener<K> listener) {
    switch (kind) {
      case INVALIDATED -> listener.invalidated(Objects.requireNonNull(key));
      case INVALIDATED_ALL -> listener.invalidatedAll();
      case CHANGED -> listener.changed(Objects.requireNonNull(key));
      case ATTACHED -> listener.attached(true);
      case DETACHED -> listener.detached();
    }
  }
}
