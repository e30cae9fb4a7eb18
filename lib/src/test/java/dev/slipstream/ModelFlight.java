package dev.slipstream;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A fetch in the {@link CacheModel}. */
final class ModelFlight {
  /** Where its load is. */
  enum Phase {
    QUEUED,
    /** It has left the queue, and is a task on the executor. */
    PROMOTED,
    LOADING
  }

  final String key;

  /** The step whose loader loads it. */
  final ModelStep loader;

  /** The entry that it is to replace. */
  final @Nullable ModelEntry base;

  /** The number of the last invalidation of a tag before it began. */
  final int began;

  /** The callers that wait for it, the first first. */
  final List<ModelHandle> handles = new ArrayList<>();

  final Set<String> tags = new HashSet<>();
  int ttl;
  boolean stores = true;

  Phase phase = Phase.QUEUED;

  /** Whether its load is one of those that there may be at once. */
  boolean counts;

  boolean started;
  boolean pinned;
  boolean fenced;
  boolean overdue;
  boolean ended;

  /** Whether what it brought is for those alone that came before a tag was invalidated. */
  boolean outdated;

  /** When its timer fires, in which order with others of that time, and whether it is the soft. */
  int timerAt;

  int timerOrder;
  boolean softTimer;

  ModelFlight(String key, ModelStep loader, @Nullable ModelEntry base, int began) {
    this.key = key;
    this.loader = loader;
    this.base = base;
    this.began = began;
  }
}
