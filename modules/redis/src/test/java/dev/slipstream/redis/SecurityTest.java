package dev.slipstream.redis;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.failureOf;
import static dev.slipstream.ledger.contract.LedgerScene.scope;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.Completion;
import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.LedgerFormatException;
import dev.slipstream.ledger.LedgerUnavailableException;
import dev.slipstream.ledger.NodeIdentity;
import dev.slipstream.ledger.RecordFilter;
import dev.slipstream.ledger.contract.Noting;
import dev.slipstream.processes.RedisServer;
import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.ValueCodec;
import io.lettuce.core.RedisURI;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Users, sizes, codecs, and whatever others write into Redis. */
class SecurityTest {
  private static final FetchScope A = scope("a", 1);
  private static final FetchScope B = scope("b", 1);
  private static final JoinOptions OPTIONS = JoinOptions.of(Duration.ofSeconds(30));
  private static final Duration KEEP = Duration.ofMinutes(1);
  private static final int LONGEST = 1_000;
  private static RedisServer server;
  private RedisFetchLedger<String, String> ledger;

  @BeforeAll
  static void startServer() {
    server = RedisServer.embedded();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void open() {
    String ignored = server.commands().flushall();
    ledger = RedisContract.connected(builder(RedisContract.CODEC).build());
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private static RedisFetchLedgerBuilder<String, String> builder(EntryCodec<String, String> codec) {
    return RedisFetchLedger.builder(server.uri(), codec)
        .cache("test")
        .maximumSharedBytes(LONGEST)
        .timeout(Duration.ofSeconds(10));
  }

  private static String record() {
    return "{slipstream:test:1:0}:r:"
        + new Keyspace("slipstream", "test", "1", 1, null).ref("key".getBytes(UTF_8)).digest();
  }

  private JoinResult<String, String> join(FetchScope scope) {
    return await(ledger.join(scope, "key", OPTIONS));
  }

  private Lease<String> acquire() {
    return ((JoinResult.Acquired<String, String>) join(A)).lease();
  }

  @Test
  void aUserIsLetAtItsOwnPrefixOnly() {
    String ignored =
        server
            .commands()
            .dispatch(
                CommandType.ACL,
                new StatusOutput<>(StringCodec.UTF8),
                new CommandArgs<>(StringCodec.UTF8)
                    .add("SETUSER")
                    .add("orders")
                    .add("on")
                    .add(">secret")
                    .add("~{orders:*")
                    .add("-@all")
                    .add("+@connection")
                    .add("+@hash")
                    .add("+@sortedset")
                    .add("+@stream")
                    .add("+@scripting")
                    .add("+del")
                    .add("+unlink")
                    .add("+pexpire")
                    .add("+pttl")
                    .add("+time")
                    .add("+info"));
    RedisURI uri = server.uri("orders", "secret");
    try (RedisFetchLedger<String, String> own =
            RedisContract.connected(
                RedisFetchLedger.builder(uri, RedisContract.CODEC)
                    .prefix("orders")
                    .cache("test")
                    .build());
        RedisFetchLedger<String, String> foreign =
            RedisFetchLedger.builder(uri, RedisContract.CODEC)
                .prefix("payments")
                .cache("test")
                .build()) {
      JoinResult<String, String> joined = await(own.join(A, "key", OPTIONS));
      assertThat(joined).isInstanceOf(JoinResult.Acquired.class);
      Completion<String> completed =
          await(
              own.complete(
                  ((JoinResult.Acquired<String, String>) joined).lease(),
                  new FetchEnd.Success<>("value"),
                  KEEP));
      assertThat(completed).isEqualTo(new Completion.Accepted<>(0));
      Void invalidated = await(own.invalidate(A, "key"));
      Void all = await(own.invalidateAll(A));

      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(failureOf(foreign.join(A, "key", OPTIONS)))
                      .isInstanceOf(LedgerUnavailableException.class)
                      .rootCause()
                      .hasMessageContaining("NOPERM"));
    }
  }

  @Test
  void aValueThatIsTooLongIsNotShared() {
    Lease<String> lease = acquire();
    join(B);

    Completion<String> completion =
        await(ledger.complete(lease, new FetchEnd.Success<>("x".repeat(LONGEST + 1)), KEEP));

    assertThat(completion).isEqualTo(new Completion.Accepted<>(1));
    assertThat(await(ledger.look(B, lease.id()))).isInstanceOf(JoinResult.Unshared.class);
    Void put = await(ledger.put(A, "key", "x".repeat(LONGEST + 1), KEEP));
    assertThat(await(ledger.find("key"))).as("a put only invalidates").isNull();
    Void fits = await(ledger.put(A, "key", "x".repeat(LONGEST), KEEP));
    assertThat(join(B)).isInstanceOf(JoinResult.Value.class);
  }

  @Test
  void aValueInRedisThatIsTooLongIsRefused() {
    Lease<String> lease = acquire();
    Completion<String> ignored =
        await(ledger.complete(lease, new FetchEnd.Success<>("value"), KEEP));
    server.commands().hset(record(), "val", "x".repeat(LONGEST + 1));

    assertThat(failureOf(ledger.join(B, "key", OPTIONS)))
        .isInstanceOf(LedgerFormatException.class)
        .hasMessageContaining("maximumSharedBytes");
    assertThat(failureOf(ledger.find("key"))).isInstanceOf(LedgerFormatException.class);
  }

  @Test
  void aCodecThatFailsIsATypedFailureOrAnUnsharedValue() {
    EntryCodec<String, String> broken =
        new EntryCodec<>() {
          @Override
          public void writeKey(String key, OutputStream out) throws IOException {
            if (key.equals("unwritable")) {
              throw new IOException("expected");
            }
            out.write(key.getBytes(UTF_8));
          }

          @Override
          public void writeValue(String key, String value, OutputStream out) {
            throw new IllegalStateException("expected");
          }

          @Override
          public String readKey(InputStream in) throws IOException {
            return new String(in.readAllBytes(), UTF_8);
          }

          @Override
          public String readValue(String key, InputStream in) throws IOException {
            throw new IOException("expected");
          }
        };
    try (RedisFetchLedger<String, String> other =
        RedisContract.connected(builder(broken).build())) {
      assertThat(failureOf(other.find("unwritable"))).isInstanceOf(LedgerFormatException.class);
      Lease<String> lease =
          ((JoinResult.Acquired<String, String>) await(other.join(A, "key", OPTIONS))).lease();
      assertThat(await(other.complete(lease, new FetchEnd.Success<>("value"), KEEP)))
          .isEqualTo(new Completion.Accepted<>(0));
      assertThat(await(other.look(B, lease.id()))).isInstanceOf(JoinResult.Unshared.class);

      Void put = await(ledger.put(A, "key", "value", KEEP));
      assertThat(failureOf(other.join(B, "key", OPTIONS)))
          .isInstanceOf(LedgerFormatException.class);
      assertThat(join(B))
          .as("it stays for nodes that can read it")
          .isInstanceOf(JoinResult.Value.class);
    }
  }

  @Test
  void anotherSchemaSharesNothing() {
    Void put = await(ledger.put(A, "key", "value", KEEP));
    try (RedisFetchLedger<String, String> other =
        RedisContract.connected(builder(RedisContract.CODEC).schema("2").build())) {
      assertThat(await(other.find("key"))).isNull();
    }
  }

  @Test
  void aKeyOfAnotherTypeIsATypedFailure() {
    server.commands().set(record(), "hostile");

    assertThat(failureOf(ledger.join(A, "key", OPTIONS))).isInstanceOf(LedgerFormatException.class);
    assertThat(failureOf(ledger.find("key"))).isInstanceOf(LedgerFormatException.class);
    assertThat(failureOf(ledger.look(A, FetchId.newest("key"))))
        .isInstanceOf(LedgerFormatException.class);
    Void invalidated = await(ledger.invalidate(A, "key"));
    assertThat(join(A)).as("an invalidation clears it").isInstanceOf(JoinResult.Acquired.class);
  }

  @Test
  void aRecordOfNonsenseIsATypedFailure() {
    for (Map<String, String> fields :
        List.of(
            Map.of("st", "R"),
            Map.of("st", "R", "exp", "soon", "own", "x", "tok", "y", "num", "z"),
            Map.of(
                "st", "R", "exp", "99999999999999", "own", "x", "tok", "1", "num", "1", "gm", "1"),
            Map.of("st", "S", "vt", "1", "num", "-5", "val", "v"),
            Map.of("st", "S", "vt", "x", "num", "1", "val", "v"),
            Map.of("st", "?", "num", "1"),
            Map.of("st", "F", "num", "1", "vt", "1", "ft", "", "fn", ""))) {
      server.commands().del(record());
      server.commands().hset(record(), fields);
      server.commands().hset(record(), "ep", "0");

      Throwable failure = failureOf(ledger.find("key"));
      assertThat(failure).as("%s", fields).isInstanceOf(LedgerFormatException.class);
      try {
        Object joined = ledger.join(B, "key", OPTIONS).toCompletableFuture().get();
        assertThat(joined).isInstanceOf(JoinResult.class);
      } catch (ExecutionException | InterruptedException e) {
        assertThat(e.getCause()).as("%s", fields).isInstanceOf(LedgerFormatException.class);
      }
    }
  }

  @Test
  void nonsenseInAnIndexFailsAListTyped() {
    server.commands().hset("{slipstream:test:1:0}:r:evil", Map.of("st", "G", "ep", "0"));
    server.commands().zadd("{slipstream:test:1:0}:n", 1e18, "evil");

    assertThat(failureOf(ledger.list(RecordFilter.all())))
        .isInstanceOf(LedgerFormatException.class);
  }

  @Test
  void nonsenseInTheFeedInvalidatesWhatItMayBeOfAndNoMore() throws InterruptedException {
    LinkedBlockingQueue<String> notices = new LinkedBlockingQueue<>();
    EntryCodec<String, String> picky =
        EntryCodec.of(
            new ValueCodec<String>() {
              @Override
              public void write(String value, OutputStream out) throws IOException {
                ValueCodec.string().write(value, out);
              }

              @Override
              public String read(InputStream in) throws IOException {
                String key = ValueCodec.string().read(in);
                if (key.startsWith("!")) {
                  throw new IOException("expected");
                }
                return key;
              }
            },
            ValueCodec.string());
    try (RedisFetchLedger<String, String> other = RedisContract.connected(builder(picky).build())) {
      var feed = other.listen(new NodeIdentity("b", "1"), new Noting(notices));
      assertThat(notices.poll(30, TimeUnit.SECONDS)).isEqualTo("attached false");
      long q = 0;
      String stream = "{slipstream:test:1:0}:f";
      String meta = "{slipstream:test:1:0}:m";
      for (Map<String, String> entry :
          List.of(
              Map.of("nonsense", "nonsense"),
              Map.of("o", "?", "k", "key", "n", "1"),
              Map.of("o", "d", "k", "!unreadable", "n", "2"),
              Map.of("o", "i", "k", "!unreadable", "n", "not hexadecimal"),
              Map.of("o", "i", "k", "key"))) {
        q = server.commands().hincrby(meta, "q", 1);
        server.commands().xadd(stream, new XAddArgs().id(q + "-0"), entry);
      }

      assertThat(notices.poll(30, TimeUnit.SECONDS)).isEqualTo("invalidated all");
      assertThat(notices.poll(30, TimeUnit.SECONDS)).isEqualTo("invalidated key");
      feed.close();
    }
  }
}
