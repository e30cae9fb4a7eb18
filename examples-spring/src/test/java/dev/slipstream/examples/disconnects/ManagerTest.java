package dev.slipstream.examples.disconnects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ConfigurableApplicationContext;

/** What each cache manager makes of one client that disconnects, and of all. */
@Timeout(120)
class ManagerTest {
  private static SlowShop slow;

  @BeforeAll
  static void start() throws Exception {
    slow = new SlowShop();
    slow.setItemsForASecond();
  }

  @AfterAll
  static void stop() throws Exception {
    slow.close();
  }

  @ParameterizedTest
  @CsvSource({"CAFFEINE, 200, 0, 1", "CAFFEINE_WITHOUT_NULL, 500, 2, 0", "SLIPSTREAM, 200, 1, 0"})
  void whatTheOtherClientGetsAndWhatBecomesOfTheQueries(
      Manager manager, int status, int cancelled, int forNobody) throws Exception {
    long started = slow.database().started();
    long cancelledBefore = slow.database().cancelled();
    try (ConfigurableApplicationContext shop = Experiment.start(manager, 0, slow.database())) {
      CompletableFuture<HttpResponse<String>> leaving = slow.ask(shop, 1);
      CompletableFuture<HttpResponse<String>> staying = slow.ask(shop, 1);
      Eventually.until("the query runs", () -> slow.database().started() == started + 1);
      leaving.cancel(true);
      assertThat(Eventually.value(staying).statusCode()).isEqualTo(status);

      CompletableFuture<HttpResponse<String>> first = slow.ask(shop, 2);
      CompletableFuture<HttpResponse<String>> last = slow.ask(shop, 2);
      Eventually.until("the second query runs", () -> slow.database().started() == started + 2);
      first.cancel(true);
      last.cancel(true);
      Eventually.until("the queries have ended", () -> slow.queriesRunning() == 0);

      Eventually.passes(
          () -> {
            assertThat(slow.database().cancelled() - cancelledBefore).isEqualTo(cancelled);
            assertThat(shop.getBean(Queries.class).forNobody()).isEqualTo(forNobody);
          });
      assertThat(slow.database().started()).isEqualTo(started + 2);
    }
  }
}
