package dev.slipstream.redis;

import dev.slipstream.ledger.FeedListener;
import dev.slipstream.ledger.LedgerFeed;
import dev.slipstream.ledger.NodeIdentity;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands what the shards' feeds have to the listeners, to each in order and on a task of its own. A
 * listener counts as attached while all shards are.
 */
final class FeedHub<K> {
  private static final Logger LOG = LoggerFactory.getLogger(RedisFetchLedger.class);

  private final CopyOnWriteArrayList<Attachment> attachments = new CopyOnWriteArrayList<>();
  private final int shards;

  /** Guarded by this: how many shards are attached, and whether one missed something meanwhile. */
  private int attachedShards;

  private boolean missedNothing = true;

  FeedHub(int shards) {
    this.shards = shards;
  }

  LedgerFeed attach(NodeIdentity node, FeedListener<K> listener) {
    Attachment attachment = new Attachment(Scopes.text(node), listener);
    synchronized (this) {
      attachments.add(attachment);
      if (attachedShards == shards) {
        attachment.offerAttached(true);
      }
    }
    attachment.deliver();
    return attachment;
  }

  void shardAttached(boolean missedNothingHere) {
    synchronized (this) {
      attachedShards++;
      missedNothing &= missedNothingHere;
      if (attachedShards == shards) {
        boolean all = missedNothing;
        missedNothing = true;
        attachments.forEach(attachment -> attachment.offerAttached(all));
      }
    }
    deliver();
  }

  void shardDetached() {
    synchronized (this) {
      if (attachedShards-- == shards) {
        attachments.forEach(Attachment::offerDetached);
      }
    }
    deliver();
  }

  /** Publishes a change of a node, which is not notified of it. */
  void publish(String source, Consumer<FeedListener<K>> change) {
    for (Attachment attachment : attachments) {
      if (!attachment.node.equals(source)) {
        attachment.queue.add(change);
      }
    }
  }

  void deliver() {
    attachments.forEach(Attachment::deliver);
  }

  /** Delivers on this thread, which has nothing else to do, to one listener; tasks do the rest. */
  void deliverHere() {
    Attachment here = null;
    for (Attachment attachment : attachments) {
      if (attachment.begins()) {
        if (here != null) {
          RedisThreads.execute(here::pass);
        }
        here = attachment;
      }
    }
    if (here != null) {
      here.pass();
    }
  }

  void close() {
    synchronized (this) {
      attachments.forEach(Attachment::offerDetached);
    }
    deliver();
    attachments.clear();
  }

  private final class Attachment implements LedgerFeed {
    final String node;
    final Queue<Consumer<FeedListener<K>>> queue = new ConcurrentLinkedQueue<>();

    private final FeedListener<K> listener;

    /** Whether a task delivers, or is on its way. */
    private final AtomicBoolean delivering = new AtomicBoolean();

    private volatile boolean attached;
    private volatile boolean closed;

    Attachment(String node, FeedListener<K> listener) {
      this.node = node;
      this.listener = listener;
    }

    void offerAttached(boolean missed) {
      queue.add(
          to -> {
            attached = true;
            to.attached(missed);
          });
    }

    void offerDetached() {
      queue.add(
          to -> {
            attached = false;
            to.detached();
          });
    }

    void deliver() {
      if (begins()) {
        RedisThreads.execute(this::pass);
      }
    }

    /** Returns whether there is something to deliver, which the calling thread has to see to. */
    boolean begins() {
      return !queue.isEmpty() && delivering.compareAndSet(false, true);
    }

    private void pass() {
      for (@Nullable Consumer<FeedListener<K>> next = queue.poll();
          next != null;
          next = queue.poll()) {
        pass(next);
      }
      delivering.set(false);
      deliver();
    }

    private void pass(Consumer<FeedListener<K>> change) {
      if (closed) {
        return;
      }
      try {
        change.accept(listener);
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
