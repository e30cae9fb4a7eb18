package dev.slipstream.ledger;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feed of an in-memory ledger: a queue a listener. A change is queued under its record's
 * monitor, so that changes of one key keep their order, and delivered after it, by a task.
 */
final class MemoryFeed<K> {
  private static final Logger LOG = LoggerFactory.getLogger(FetchLedger.class);

  private final CopyOnWriteArrayList<Attachment> attachments = new CopyOnWriteArrayList<>();
  private final Executor executor;
  private volatile boolean closed;

  MemoryFeed(Executor executor) {
    this.executor = executor;
  }

  LedgerFeed attach(NodeIdentity node, FeedListener<K> listener) {
    Attachment attachment = new Attachment(node, listener);
    if (closed) {
      return attachment; // which never attaches
    }
    attachment.queue.add(new FeedEntry<>(FeedEntry.Kind.ATTACHED, null, null));
    attachments.add(attachment);
    attachment.deliver();
    return attachment;
  }

  /** Queues a change; it runs no code of others. */
  void publish(FeedEntry<K> entry) {
    for (Attachment attachment : attachments) {
      attachment.offer(entry);
    }
  }

  /** Has what is queued delivered. */
  void deliver() {
    for (Attachment attachment : attachments) {
      attachment.deliver();
    }
  }

  /** Detaches all listeners. */
  void close() {
    closed = true;
    publish(new FeedEntry<>(FeedEntry.Kind.DETACHED, null, null));
    deliver();
    attachments.clear();
  }

  private final class Attachment implements LedgerFeed {
    final Queue<FeedEntry<K>> queue = new ConcurrentLinkedQueue<>();

    private final NodeIdentity node;
    private final FeedListener<K> listener;

    /** Whether a task delivers, or is on its way. */
    private final AtomicBoolean delivering = new AtomicBoolean();

    private volatile boolean attached;
    private volatile boolean closed;

    Attachment(NodeIdentity node, FeedListener<K> listener) {
      this.node = node;
      this.listener = listener;
    }

    void offer(FeedEntry<K> entry) {
      if (!node.equals(entry.by())) {
        queue.add(entry);
      }
    }

    void deliver() {
      if (!queue.isEmpty() && delivering.compareAndSet(false, true)) {
        LedgerThreads.execute(executor, this::pass);
      }
    }

    /** Passes on all that is queued; what comes after the last look has a task of its own. */
    private void pass() {
      for (FeedEntry<K> entry = queue.poll(); entry != null; entry = queue.poll()) {
        pass(entry);
      }
      delivering.set(false);
      deliver();
    }

    private void pass(FeedEntry<K> entry) {
      if (closed) {
        return;
      }
      if (entry.kind() == FeedEntry.Kind.ATTACHED) {
        attached = true;
      } else if (entry.kind() == FeedEntry.Kind.DETACHED) {
        attached = false;
      }
      try {
        entry.deliverTo(listener);
      } catch (Throwable e) {
        LOG.warn("a listener of a ledger's feed failed", e);
      }
    }

    @Override
    public boolean isAttached() {
      return attached && !closed;
    }

    @Override
    public void close() {
      closed = true;
      attachments.remove(this);
      queue.clear();
    }
  }
}
