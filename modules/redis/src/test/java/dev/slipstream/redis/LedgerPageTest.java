package dev.slipstream.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.JacksonCodec;
import dev.slipstream.view.ValueCodec;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.Test;

/** The code of {@code docs/ledger.md}, and of the Javadoc. */
class LedgerPageTest {
  record Row(int id, String text) {}

  @Test
  void aLedgerCanBeBuiltWhileItsServerIsDown() {
    RedisURI uri = RedisURI.create("rediss://orders@redis.internal:6379");
    EntryCodec<String, Row> codec = EntryCodec.of(ValueCodec.string(), JacksonCodec.of(Row.class));
    RedisFetchLedger<String, Row> ledger =
        RedisFetchLedger.builder(uri, codec).cache("rows").build();

    assertThat(ledger.durability()).isNotNull();
    ledger.close(); // when the caches that use it are closed
  }
}
