package dev.slipstream.examples.wire;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The part of {@code docs/cancellation.md} about gRPC, with a server in this JVM. */
@Timeout(60)
class GrpcItemsTest {
  private static final long NEVER = TimeUnit.HOURS.toMillis(1);

  private final CoalescingCache<Integer, String> cache = CoalescingCache.builder().build();
  private ItemService service;
  private GrpcItems items;

  private void start(long answerMillis) throws Exception {
    service = new ItemService("GrpcItemsTest", answerMillis);
    items = new GrpcItems("GrpcItemsTest");
  }

  @AfterEach
  void stop() {
    cache.close();
    items.close();
    service.close();
  }

  @Test
  void theServerSeesTheLastLeave() throws Exception {
    start(NEVER);
    List<FetchHandle<String>> callers =
        Stream.generate(() -> cache.getOrFetch(1, items.loader())).limit(8).toList();
    await().until(() -> service.running() == 1);

    callers.stream().skip(1).forEach(caller -> caller.cancel(true));
    assertEquals(1, service.running()); // one is still there
    callers.get(0).cancel(true);

    await().until(() -> service.running() == 0);
    assertEquals(1, service.started());
    assertEquals(0, service.finished());
  }

  @Test
  void aCallerThatStaysGetsTheItem() throws Exception {
    start(200);
    FetchHandle<String> leaver = cache.getOrFetch(1, items.loader());
    FetchHandle<String> other = cache.getOrFetch(1, items.loader());
    leaver.cancel(true);

    assertEquals("item 1", other.get(30, TimeUnit.SECONDS));
    assertEquals(1, service.started());
  }

  @Test
  void aFutureOfOnesOwnPassesNoCancelOn() throws Exception {
    start(500);
    FetchHandle<String> caller = cache.getOrFetch(1, items::loadByCallback);
    await().until(() -> service.running() == 1);

    caller.cancel(true);

    await().until(() -> service.running() == 0);
    assertEquals(1, service.finished()); // for nobody
  }
}
