package dev.slipstream.redis;

import static dev.slipstream.ledger.contract.LedgerScene.A;
import static dev.slipstream.ledger.contract.LedgerScene.B;
import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.leaseOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.Completion;
import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.Lease;
import dev.slipstream.processes.RedisServer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a fetch writes: no index and no event unless it is recorded, no grant unless one waits. */
class HotPathTest {
  private static final JoinOptions OPTIONS = JoinOptions.of(Duration.ofSeconds(3));
  private static RedisServer server;
  private RedisFetchLedger<String, String> ledger;

  @BeforeAll
  static void start() {
    server = RedisServer.embedded();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void connect() {
    ledger =
        RedisContract.connected(
            RedisFetchLedger.builder(server.uri(), RedisContract.CODEC).cache("hot").build());
    String ignored = server.commands().flushall();
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private Lease<String> join(JoinOptions options) {
    return leaseOf(await(ledger.join(A, "key", options)));
  }

  private void complete(Lease<String> lease) {
    FetchEnd<String> end = new FetchEnd.Success<>("value");
    Completion<String> completed = await(ledger.complete(lease, end, Duration.ofMinutes(1)));
    assertThat(completed).isInstanceOf(Completion.Accepted.class);
  }

  /** Returns the kinds of keys that there are: the letters of docs/ledger.md. */
  private static String kinds() {
    TreeSet<String> kinds = new TreeSet<>();
    for (String key : server.commands().keys("*")) {
      kinds.add(key.substring(key.indexOf("}:") + 2).substring(0, 1));
    }
    return String.join("", kinds);
  }

  @Test
  void anUncontendedFetchWritesItsRecordAndTheMeta() {
    Lease<String> lease = join(OPTIONS);
    assertThat(kinds()).isEqualTo("mr");

    complete(lease);

    assertThat(kinds()).isEqualTo("mr");
  }

  @Test
  void oneThatWaitsWritesItsGrantAndIsNotified() {
    Lease<String> lease = join(OPTIONS);
    JoinResult<String, String> waiting = await(ledger.join(B, "key", OPTIONS));
    assertThat(waiting).isInstanceOf(JoinResult.Held.class);
    assertThat(kinds()).isEqualTo("gmr");
    assertThat(server.commands().pttl(grants())).as("it goes with the record").isPositive();

    complete(lease);

    assertThat(kinds()).isEqualTo("fmr");
  }

  private static String grants() {
    return server.commands().keys("*:g:*").get(0);
  }

  @Test
  void aRecordedFetchIsListedAndHasEvents() {
    Lease<String> lease = join(OPTIONS.recording());
    assertThat(kinds()).isEqualTo("efmnr");

    complete(lease);

    assertThat(kinds()).isEqualTo("efmrt");
  }

  @Test
  void anInvalidationLeavesNothingOfARecordedFetch() {
    complete(join(OPTIONS.recording()));

    Void ignored = await(ledger.invalidate(B, "key"));

    assertThat(kinds()).isEqualTo("fm");
  }

  @Test
  void aScriptCallsNoMoreCommandsThanItHasTo() {
    complete(join(OPTIONS));
    JoinResult<String, String> value = await(ledger.join(B, "key", OPTIONS));
    assertThat(value).isInstanceOf(JoinResult.Value.class);
    String ignored = server.commands().configResetstat();

    JoinResult<String, String> again = await(ledger.join(B, "key", OPTIONS));
    assertThat(again).isInstanceOf(JoinResult.Value.class);
    assertThat(commands()).as("a value: one that reads the clock, two records").hasSize(3);

    Lease<String> lease = leaseOf(await(ledger.join(A, "other", OPTIONS)));
    assertThat(commands()).as("and one that acquires").hasSize(3 + 6);

    complete(lease);
    assertThat(commands()).as("and a completion").hasSize(3 + 6 + 6);
  }

  /** Returns the commands that scripts called since the counts were reset. */
  private static List<String> commands() {
    return server
        .commands()
        .info("commandstats")
        .lines()
        .filter(line -> line.matches("cmdstat_(time|hmget|hset|hget|z.*|pexpire|pttl|del|hdel):.*"))
        .flatMap(line -> Collections.nCopies(calls(line), line).stream())
        .toList();
  }

  private static int calls(String line) {
    return Integer.parseInt(line.replaceFirst("[^=]*calls=(\\d+),.*", "$1"));
  }
}
