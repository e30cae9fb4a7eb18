package dev.slipstream.canal;

import dev.slipstream.internal.Texts;
import dev.slipstream.watch.CacheEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A reader of every event, which reports what it could not read. */
final class JournalCursor<K, V> extends JournalCanal<K, V> implements EventCursor<K, V> {
  private final UUID journalId;
  private final CheckpointStore checkpoints;
  private final @Nullable String checkpointId;

  /** To be pulled before anything else; null once it was. Guarded by the lock. */
  private CanalBatch.@Nullable Gap<CacheEvent<K, V>> notice;

  /** Where the last commit was, and the notice then. Guarded by the lock. */
  private long committed;

  private CanalBatch.@Nullable Gap<CacheEvent<K, V>> committedNotice;

  private JournalCursor(
      EventJournal<K, V> journal,
      @Nullable String checkpointId,
      long position,
      CanalBatch.@Nullable Gap<CacheEvent<K, V>> notice) {
    super(journal, journal.size(), position);
    this.journalId = journal.id();
    this.checkpoints = journal.checkpoints();
    this.checkpointId = checkpointId;
    this.notice = notice;
    this.committed = position;
    this.committedNotice = notice;
  }

  static <K, V> JournalCursor<K, V> at(EventJournal<K, V> journal, long fromSequence) {
    return new JournalCursor<>(journal, null, Math.max(1, fromSequence), null);
  }

  static <K, V> JournalCursor<K, V> after(
      EventJournal<K, V> journal, String id, @Nullable Checkpoint checkpoint) {
    if (checkpoint == null) {
      return new JournalCursor<>(journal, id, 1, null);
    }
    long next = checkpoint.sequence() + 1;
    if (!checkpoint.journal().equals(journal.id())) {
      return new JournalCursor<>(journal, id, 1, new CanalBatch.Gap<>(next, 0));
    }
    if (checkpoint.sequence() > journal.lastSequence()) {
      throw new IllegalStateException(
          "cursor '%s' cannot be opened: its checkpoint is event %d, but the last event is %d; remove the checkpoint to start at the first"
              .formatted(Texts.of(id), checkpoint.sequence(), journal.lastSequence()));
    }
    return new JournalCursor<>(journal, id, next, null);
  }

  @Override
  CanalBatch.@Nullable Gap<CacheEvent<K, V>> notice() {
    CanalBatch.Gap<CacheEvent<K, V>> first = notice;
    notice = null;
    return first;
  }

  @Override
  CanalBatch<CacheEvent<K, V>> miss(long from, long to) {
    return new CanalBatch.Gap<>(from, to);
  }

  @Override
  public long position() {
    synchronized (lock) {
      return position;
    }
  }

  @Override
  public void commit() {
    long next;
    CanalBatch.Gap<CacheEvent<K, V>> pending;
    synchronized (lock) {
      next = position;
      pending = notice;
      if (next == committed && Objects.equals(pending, committedNotice)) {
        return; // nothing was pulled
      }
    }
    if (checkpointId != null) {
      save(checkpointId, new Checkpoint(journalId, next - 1));
    }
    synchronized (lock) {
      committed = next;
      committedNotice = pending;
    }
  }

  private void save(String id, Checkpoint checkpoint) {
    try {
      checkpoints.save(id, checkpoint);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cursor '%s' cannot be committed at event %d: %s"
              .formatted(Texts.of(id), checkpoint.sequence(), Texts.messageOf(e)),
          e);
    }
  }

  @Override
  public void rewind() {
    synchronized (lock) {
      position = committed;
      notice = committedNotice;
    }
    wake();
  }

  @Override
  public Optional<String> checkpointId() {
    return Optional.ofNullable(checkpointId);
  }
}
