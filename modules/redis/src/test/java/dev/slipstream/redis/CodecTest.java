package dev.slipstream.redis;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.failureOf;
import static dev.slipstream.ledger.contract.LedgerScene.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CoalescingCache;
import dev.slipstream.ledger.Completion;
import dev.slipstream.ledger.FeedListener;
import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchLedger;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.FetchState;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.LedgerFormatException;
import dev.slipstream.processes.RedisServer;
import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.ValueCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys and values of any bytes and of any length, and codecs that fail, in ledgers and caches. */
class CodecTest {
  private static final FetchScope A = scope("a", 1);
  private static final FetchScope B = scope("b", 1);
  private static final JoinOptions OPTIONS = JoinOptions.of(Duration.ofSeconds(30));
  private static final Duration KEEP = Duration.ofMinutes(1);
  private static final int LARGE = 10 * 1_024 * 1_024;

  /** Any bytes, as keys that have an equals. */
  private static final ValueCodec<ByteBuffer> BYTES =
      new ValueCodec<>() {
        @Override
        public void write(ByteBuffer value, OutputStream out) throws IOException {
          out.write(value.array());
        }

        @Override
        public ByteBuffer read(InputStream in) throws IOException {
          return ByteBuffer.wrap(in.readAllBytes());
        }
      };

  private static RedisServer server;

  @BeforeAll
  static void startServer() {
    server = RedisServer.embedded();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void clear() {
    String ignored = server.commands().flushall();
  }

  private static <K, V> RedisFetchLedger<K, V> ledger(EntryCodec<K, V> codec, int longest) {
    return RedisContract.connected(
        RedisFetchLedger.builder(server.uri(), codec)
            .cache("test")
            .maximumSharedBytes(longest)
            .timeout(Duration.ofSeconds(30))
            .build());
  }

  private static <K, V> Lease<K> leaseOf(JoinResult<K, V> joined) {
    return ((JoinResult.Acquired<K, V>) joined).lease();
  }

  private static ByteBuffer everyByte(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return ByteBuffer.wrap(bytes);
  }

  @Test
  void aValueOfTenMebibytesIsSharedIfItMay() {
    try (RedisFetchLedger<String, ByteBuffer> ledger =
        ledger(EntryCodec.of(ValueCodec.string(), BYTES), LARGE)) {
      ByteBuffer value = everyByte(LARGE);
      var lease = leaseOf(await(ledger.join(A, "key", OPTIONS)));
      JoinResult<String, ByteBuffer> held = await(ledger.join(B, "key", OPTIONS));

      assertThat(await(ledger.complete(lease, new FetchEnd.Success<>(value), KEEP)))
          .isEqualTo(new Completion.Accepted<>(1));

      assertThat(await(ledger.look(B, lease.id())))
          .isInstanceOfSatisfying(
              JoinResult.Value.class, found -> assertThat(found.value()).isEqualTo(value));
      Void put = await(ledger.put(A, "other", value, KEEP));
      assertThat(await(ledger.join(B, "other", OPTIONS)))
          .isInstanceOfSatisfying(
              JoinResult.Value.class, found -> assertThat(found.value()).isEqualTo(value));
    }
  }

  /** Returns a cache whose feed is attached: what it has stored before would be dropped by that. */
  private static <K, V> CoalescingCache<K, V> attachedCache(FetchLedger<K, V> ledger)
      throws InterruptedException {
    NotedDeliveries.State feed = new NotedDeliveries.State();
    CoalescingCache<K, V> cache =
        CoalescingCache.builder().ledger(NotedDeliveries.of(ledger, key -> {}, feed)).build();
    feed.awaitAttached();
    return cache;
  }

  @Test
  void byDefaultAValueOfTenMebibytesIsLoadedByEachNode() throws InterruptedException {
    AtomicInteger loads = new AtomicInteger();
    ByteBuffer value = everyByte(LARGE);
    EntryCodec<String, ByteBuffer> codec = EntryCodec.of(ValueCodec.string(), BYTES);
    try (RedisFetchLedger<String, ByteBuffer> one =
            RedisContract.connected(
                RedisFetchLedger.builder(server.uri(), codec).cache("test").build());
        RedisFetchLedger<String, ByteBuffer> other =
            RedisContract.connected(
                RedisFetchLedger.builder(server.uri(), codec).cache("test").build());
        CoalescingCache<String, ByteBuffer> first = attachedCache(one);
        CoalescingCache<String, ByteBuffer> second = attachedCache(other)) {
      for (var cache : List.of(first, second, first, second)) {
        ByteBuffer found =
            cache.get(
                "key",
                key -> {
                  int unused = loads.incrementAndGet();
                  return value;
                });
        assertThat(found).isSameAs(value);
      }
      assertThat(loads).hasValue(2);
      assertThat(await(one.find("key")).state()).isEqualTo(FetchState.UNSHARED);
    }
  }

  private static FeedListener<ByteBuffer> noting(Queue<Object> notices) {
    return new FeedListener<>() {
      @Override
      public void invalidated(ByteBuffer key) {
        notices.add(key);
      }

      @Override
      public void invalidatedAll() {}

      @Override
      public void changed(ByteBuffer key) {}

      @Override
      public void attached(boolean missedNothing) {
        notices.add("attached");
      }

      @Override
      public void detached() {}
    };
  }

  @Test
  void keysMayBeAnyBytes() throws InterruptedException {
    LinkedBlockingQueue<Object> notices = new LinkedBlockingQueue<>();
    try (RedisFetchLedger<ByteBuffer, ByteBuffer> one = ledger(EntryCodec.of(BYTES, BYTES), LARGE);
        RedisFetchLedger<ByteBuffer, ByteBuffer> other =
            ledger(EntryCodec.of(BYTES, BYTES), LARGE)) {
      List<ByteBuffer> keys =
          List.of(
              everyByte(0),
              everyByte(1),
              everyByte(256),
              everyByte(100_000),
              ByteBuffer.wrap(new byte[] {(byte) 0xff, (byte) 0xc0, '\r', '\n', '}', '{', 0}));
      var feed = other.listen(B.node(), noting(notices));
      assertThat(notices.poll(30, TimeUnit.SECONDS)).isEqualTo("attached");
      for (ByteBuffer key : keys) {
        var lease = leaseOf(await(one.join(A, key, OPTIONS)));
        Completion<ByteBuffer> completed =
            await(one.complete(lease, new FetchEnd.Success<>(key), KEEP));

        assertThat(await(other.join(B, key, OPTIONS)))
            .isInstanceOfSatisfying(
                JoinResult.Value.class, found -> assertThat(found.value()).isEqualTo(key));
        assertThat(await(other.find(key)).id()).isEqualTo(new FetchId<>(key, lease.id().number()));
        Void invalidated = await(one.invalidate(A, key));
        assertThat(notices.poll(30, TimeUnit.SECONDS)).isEqualTo(key);
        assertThat(await(other.find(key))).isNull();
      }
      feed.close();
    }
  }

  /** Each of what a codec does fails by an error, not only by an exception. */
  @Test
  void aCodecThatFailsCostsACacheNoMoreThanSharing() {
    EntryCodec<String, String> broken =
        new EntryCodec<>() {
          @Override
          public void writeKey(String key, OutputStream out) throws IOException {
            if (key.equals("unwritable")) {
              throw new StackOverflowError("expected");
            }
            RedisContract.CODEC.writeKey(key, out);
          }

          @Override
          public void writeValue(String key, String value, OutputStream out) throws IOException {
            if (value.equals("unwritable")) {
              throw new StackOverflowError("expected");
            }
            RedisContract.CODEC.writeValue(key, value, out);
          }

          @Override
          public String readKey(InputStream in) throws IOException {
            return RedisContract.CODEC.readKey(in);
          }

          @Override
          public String readValue(String key, InputStream in) {
            throw new StackOverflowError("expected");
          }
        };
    try (RedisFetchLedger<String, String> one = ledger(RedisContract.CODEC, LARGE);
        RedisFetchLedger<String, String> other = ledger(broken, LARGE);
        CoalescingCache<String, String> sound = CoalescingCache.builder().ledger(one).build();
        CoalescingCache<String, String> failing =
            CoalescingCache.builder().recordStats().ledger(other).build()) {
      assertThat(sound.get("key", key -> "theirs")).isEqualTo("theirs");
      assertThat(failureOf(other.join(A, "key", OPTIONS)))
          .isInstanceOf(LedgerFormatException.class);

      assertThat(failing.get("key", key -> "own")).isEqualTo("own");
      assertThat(failing.get("unwritable", key -> "own")).isEqualTo("own");
      assertThat(failing.get("third", key -> "unwritable")).isEqualTo("unwritable");

      assertThat(failing.stats().unsharedCount()).isGreaterThanOrEqualTo(2);
      assertThat(failing.stats().ledgerAwayCount()).as("the ledger answers").isZero();
      assertThat(await(one.find("third")).state()).isEqualTo(FetchState.UNSHARED);
      sound.invalidate("key");
      assertThat(sound.get("key", key -> "later")).as("it still shares").isEqualTo("later");
    }
  }

  /** Nodes of another schema neither wait for these nor are invalidated by them. */
  @Test
  void cachesOfDifferentSchemasShareNothing() {
    try (RedisFetchLedger<String, String> one = ledger(RedisContract.CODEC, LARGE);
        RedisFetchLedger<String, String> other =
            RedisContract.connected(
                RedisFetchLedger.builder(server.uri(), RedisContract.CODEC)
                    .cache("test")
                    .schema("2")
                    .timeout(Duration.ofSeconds(30))
                    .build());
        CoalescingCache<String, String> old = CoalescingCache.builder().ledger(one).build();
        CoalescingCache<String, String> next = CoalescingCache.builder().ledger(other).build()) {
      assertThat(old.get("key", key -> "old")).isEqualTo("old");
      assertThat(next.get("key", key -> "next")).isEqualTo("next");
      old.invalidate("key");
      old.ledgerSettled().join();

      assertThat(await(other.join(A, "key", OPTIONS)))
          .isInstanceOfSatisfying(
              JoinResult.Value.class, found -> assertThat(found.value()).isEqualTo("next"));
    }
  }
}
