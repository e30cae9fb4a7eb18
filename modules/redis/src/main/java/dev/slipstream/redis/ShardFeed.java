package dev.slipstream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipstream.ledger.FeedListener;
import io.lettuce.core.KeyValue;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the feed of one shard over a connection of its own. It says hello, reads on, and after any
 * failure says hello again: that finds out whether the feed is still the one that was read, and
 * whether it has what was read and written. No thread waits; one step follows the other.
 */
final class ShardFeed<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger(RedisFetchLedger.class);
  private static final long RETRY_MILLIS = 100;
  private static final long BATCH = 512;
  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final byte[] INCARNATION = "inc".getBytes(UTF_8);
  private static final byte[] NEWEST = "q".getBytes(UTF_8);

  private final Connector connector;
  private final Records<K, V> records;
  private final Invalidations<K, V> invalidations;
  private final FeedHub<K> hub;
  private final int shard;
  private final AtomicBoolean warned = new AtomicBoolean();

  /** Used by the step that runs, as is what follows. */
  private final FeedPosition position = new FeedPosition();

  private boolean attached;
  private long checkedAt = System.nanoTime();

  /** The id of the feed's newest entry when it was last checked. */
  private long newest;

  private volatile Connector.@Nullable Link link;
  private volatile boolean closed;

  ShardFeed(
      Connector connector,
      Records<K, V> records,
      Invalidations<K, V> invalidations,
      FeedHub<K> hub,
      int shard) {
    this.connector = connector;
    this.records = records;
    this.invalidations = invalidations;
    this.hub = hub;
    this.shard = shard;
  }

  void start() {
    next(
        connector.connect(),
        made -> {
          link = made;
          if (closed) {
            close();
          } else {
            hello();
          }
        });
  }

  void close() {
    closed = true;
    Connector.Link open = link;
    if (open != null) {
      var unused = open.connection().closeAsync();
    }
  }

  /** Goes on with what a step gave, on a thread of the module; after a failure starts over. */
  private <T> void next(CompletionStage<T> step, Consumer<T> then) {
    var unused =
        step.whenComplete(
            (result, failure) ->
                RedisThreads.execute(
                    () -> {
                      if (closed) {
                        return;
                      }
                      if (failure != null) {
                        failed(failure);
                        return;
                      }
                      try {
                        then.accept(result);
                      } catch (RuntimeException | Error e) {
                        failed(e);
                      }
                    }));
  }

  private void failed(Throwable failure) {
    LOG.debug("the feed of shard {} is cut off", shard, failure);
    detach();
    RedisThreads.executeLater(
        () -> {
          if (!closed) {
            if (link == null) {
              start();
            } else {
              hello();
            }
          }
        },
        RETRY_MILLIS);
  }

  private void detach() {
    if (attached) {
      attached = false;
      hub.shardDetached();
    }
  }

  private Connector.Link link() {
    Connector.Link open = link;
    if (open == null) {
      throw new IllegalStateException("the feed of shard " + shard + " has no connection");
    }
    return open;
  }

  private void hello() {
    Args args = new Args().add(Nonces.next());
    String lastNonce = position.lastNonce();
    if (lastNonce != null) {
      args.add(position.last()).add(lastNonce);
    }
    RecentInvalidations.Entry own = invalidations.latest();
    if (own != null) {
      args.add(own.id()).add(own.nonce());
    }
    byte[][] keys = {records.keyspace.meta(shard), records.keyspace.feed(shard)};
    CompletionStage<Object> sent =
        link().commands().eval(Script.HELLO.text, ScriptOutputType.MULTI, keys, args.toArray());
    next(sent, parts -> greeted(new Reply(parts)));
  }

  private void greeted(Reply reply) {
    FeedPosition.Resumption resumption =
        position.resume(
            reply.text(0), reply.number(1), reply.number(2) > 0, reply.number(3), reply.text(4));
    boolean lostSome =
        resumption == FeedPosition.Resumption.RESTARTED
            || resumption == FeedPosition.Resumption.RESTARTED_AND_TRIMMED;
    if (lostSome) {
      invalidations.repeat();
    }
    invalidations.payDebts();
    checkedAt = System.nanoTime();
    newest = 0;
    attached = true;
    hub.shardAttached(resumption.missesNothing());
    read();
  }

  @SuppressWarnings("unchecked") // one stream: an array of one offset
  private void read() {
    XReadArgs args = XReadArgs.Builder.block(Connector.BLOCK).count(BATCH);
    XReadArgs.StreamOffset<byte[]> from =
        XReadArgs.StreamOffset.from(records.keyspace.feed(shard), position.last() + "-0");
    CompletionStage<List<StreamMessage<byte[], byte[]>>> sent = link().commands().xread(args, from);
    next(sent, this::received);
  }

  private void received(List<StreamMessage<byte[], byte[]>> messages) {
    for (StreamMessage<byte[], byte[]> message : messages) {
      deliver(message);
    }
    if (messages.isEmpty() && newest > position.last()) { // what was there is gone, unread
      hub.publish("", FeedListener::invalidatedAll);
      position.skipTo(newest);
    }
    if (System.nanoTime() - checkedAt >= CHECK_NANOS) {
      check();
    } else {
      read();
    }
    hub.deliverHere(); // the feed is read on by another thread meanwhile
  }

  /** Finds out whether feed and meta are still those that were read, however they went. */
  private void check() {
    checkedAt = System.nanoTime();
    CompletionStage<List<KeyValue<byte[], byte[]>>> sent =
        link().commands().hmget(records.keyspace.meta(shard), INCARNATION, NEWEST);
    next(
        sent,
        meta -> {
          boolean there = meta.get(0).hasValue() && meta.get(1).hasValue();
          newest = there ? Reply.number(new String(meta.get(1).getValue(), UTF_8)) : 0;
          if (there && !position.isBehind(new String(meta.get(0).getValue(), UTF_8), newest)) {
            read();
          } else {
            detach();
            hello();
          }
        });
  }

  private void deliver(StreamMessage<byte[], byte[]> message) {
    String text = message.getId();
    long id = Reply.number(text.substring(0, Math.max(0, text.indexOf('-'))));
    Map<String, byte[]> body = new HashMap<>();
    message.getBody().forEach((name, value) -> body.put(new String(name, UTF_8), value));
    String nonce = text(body, "n");
    if (id > position.last() + 1) { // entries are gone that nobody here has seen
      hub.publish("", FeedListener::invalidatedAll);
    }
    boolean seen = position.hasSeen(id, nonce);
    position.read(id, nonce);
    if (!seen) {
      deliver(id, nonce, body);
    }
  }

  private void deliver(long id, String nonce, Map<String, byte[]> body) {
    String source = text(body, "s");
    byte[] stored = body.getOrDefault("k", new byte[0]);
    switch (text(body, "o")) {
      case "i" -> {
        invalidations.seen(records.ref(stored, shard), id, nonce);
        invalidated(source, stored);
      }
      case "a" -> {
        invalidations.seen(null, id, nonce);
        hub.publish(source, FeedListener::invalidatedAll);
      }
      case "d", "o", "x", "b", "e" -> changed(source, stored);
      default -> LOG.debug("the feed of shard {} has an entry of an unknown kind", shard);
    }
  }

  private void invalidated(String source, byte[] stored) {
    K key;
    try {
      key = records.key(stored);
    } catch (RuntimeException unreadable) { // it can be any key
      warn(unreadable);
      hub.publish(source, FeedListener::invalidatedAll);
      return;
    }
    if (key != null) {
      K known = key;
      hub.publish(source, listener -> listener.invalidated(known));
    }
  }

  private void changed(String source, byte[] stored) {
    try {
      K key = records.key(stored);
      if (key != null) {
        hub.publish(source, listener -> listener.changed(key));
      }
    } catch (RuntimeException unreadable) { // waiting callers look anyway
      warn(unreadable);
    }
  }

  private void warn(RuntimeException unreadable) {
    if (warned.compareAndSet(false, true)) {
      LOG.warn(
          "a key in the feed cannot be read; if it was invalidated, everything is. This is logged"
              + " once",
          unreadable);
    }
  }

  private static String text(Map<String, byte[]> body, String field) {
    return new String(body.getOrDefault(field, new byte[0]), UTF_8);
  }
}
