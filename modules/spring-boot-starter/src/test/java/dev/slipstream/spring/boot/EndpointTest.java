package dev.slipstream.spring.boot;

import static dev.slipstream.spring.boot.AutoConfigurationTest.cache;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipstream.CoalescingCache;
import dev.slipstream.spring.boot.ShopApplication.Response;
import dev.slipstream.testing.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** The endpoint over HTTP, in an application that a web server runs. */
class EndpointTest {
  @RegisterExtension final ShopApplication shop = new ShopApplication();

  private final List<CompletableFuture<Object>> callers = new ArrayList<>();

  private CoalescingCache<Object, Object> users(String... properties) {
    ConfigurableApplicationContext context = shop.start(properties);
    return cache(context, "users").getNativeCache();
  }

  /** Starts or joins a load that does not end, and is not lost: its callers are kept. */
  private CompletableFuture<Object> load(CoalescingCache<Object, Object> cache, Object key) {
    callers.add(cache.getOrFetch(key, (asked, fetch) -> new CompletableFuture<>()));
    return callers.get(callers.size() - 1);
  }

  private JsonNode get(String path) throws Exception {
    Response response = shop.send("GET", path, null);
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body());
  }

  @Test
  void allCachesWithTheirStatisticsAndLoads() throws Exception {
    CoalescingCache<Object, Object> users = users("management.endpoint.slipstream.show-keys=true");
    users.put(1, "value");
    users.get(1, key -> "never");
    load(users, "slow");
    load(users, "slow");

    JsonNode cache = get("slipstream").at("/cacheManagers/cacheManager/caches/users");

    assertThat(cache.get("size").intValue()).isEqualTo(1);
    assertThat(cache.get("loading").intValue()).isEqualTo(1);
    assertThat(cache.get("waiting").intValue()).isEqualTo(2);
    assertThat(cache.at("/statistics/hits").intValue()).isEqualTo(1);
    assertThat(cache.at("/statistics/joins").intValue()).isEqualTo(1);
    assertThat(cache.at("/statistics/coalescingRate").doubleValue()).isEqualTo(0.5);
    JsonNode load = cache.at("/loads/0");
    assertThat(load.get("key").textValue()).isEqualTo("slow");
    assertThat(load.get("callers").intValue()).isEqualTo(2);
    assertThat(load.get("fetchId").longValue()).isEqualTo(users.inFlight().get(0).fetchId());
    assertThat(load.get("ageMillis").longValue()).isNotNegative();
    assertThat(load.get("cause").textValue()).isEqualTo("MISS");
    assertThat(load.get("phase").textValue()).isEqualTo("LOADING");
    assertThat(load.get("fenced").booleanValue()).isFalse();
    assertThat(get("slipstream/users").at("/loads/0/key").textValue()).isEqualTo("slow");
  }

  @Test
  void keysAreMasked() throws Exception {
    load(users(), "secret");

    Response all = shop.send("GET", "slipstream", null);
    Response one = shop.send("GET", "slipstream/users", null);

    assertThat(all.body()).contains("\"key\":\"******\"").doesNotContain("secret");
    assertThat(one.body()).contains("\"key\":\"******\"").doesNotContain("secret");
  }

  @Test
  void aCacheThatDoesNotCountHasNoStatistics() throws Exception {
    users("slipstream.cache.record-stats=false");

    assertThat(get("slipstream/users").has("statistics")).isFalse();
  }

  @Test
  void aCacheThatIsNotThereIsNotMade() throws Exception {
    users();

    assertThat(shop.send("GET", "slipstream/others", null).status()).isEqualTo(404);
    assertThat(shop.send("DELETE", "slipstream/others", null).status()).isEqualTo(400);
    assertThat(shop.send("POST", "slipstream/others/abort", "{\"fetchId\":1}").status())
        .isEqualTo(400);
    assertThat(shop.send("GET", "slipstream", null).body()).doesNotContain("others");
  }

  @Test
  void aKeyIsInvalidated() throws Exception {
    CoalescingCache<Object, Object> users = users();
    users.put(1, "value");
    users.put(2, "value");
    CompletableFuture<Object> running = load(users, 3);

    assertThat(shop.send("DELETE", "slipstream/users?key=1", null).body())
        .isEqualTo("{\"invalidated\":1}");
    assertThat(shop.send("DELETE", "slipstream/users?key=3", null).body())
        .isEqualTo("{\"invalidated\":1}");
    assertThat(shop.send("DELETE", "slipstream/users?key=7", null).body())
        .isEqualTo("{\"invalidated\":0}");

    assertThat(users.asMap()).containsOnlyKeys(2);
    assertThat(users.inFlight().get(0).fenced()).isTrue();
    assertThat(running).isNotDone();
  }

  @Test
  void allKeysAreInvalidated() throws Exception {
    CoalescingCache<Object, Object> users = users();
    users.put(1, "value");
    users.put(2, "value");

    assertThat(shop.send("DELETE", "slipstream/users", null).body())
        .isEqualTo("{\"invalidated\":2}");

    assertThat(users.asMap()).isEmpty();
  }

  @Test
  void aLoadIsAbortedByItsNumber() throws Exception {
    CoalescingCache<Object, Object> users = users();
    CompletableFuture<Object> stuck = load(users, "stuck");
    CompletableFuture<Object> other = load(users, "other");
    long fetchId =
        users.inFlight().stream()
            .filter(load -> load.key().equals("stuck"))
            .findFirst()
            .orElseThrow()
            .fetchId();

    Response response =
        shop.send("POST", "slipstream/users/abort", "{\"fetchId\":%d}".formatted(fetchId));

    assertThat(response).isEqualTo(new Response(200, "{\"aborted\":1}"));
    assertThat(Eventually.failure(stuck))
        .hasRootCauseInstanceOf(CancellationException.class)
        .hasRootCauseMessage("aborted through the actuator");
    assertThat(other).isNotDone();
  }

  @Test
  void aLoadIsAbortedByItsKey() throws Exception {
    CompletableFuture<Object> stuck = load(users(), 42);

    assertThat(shop.send("POST", "slipstream/users/abort", "{\"key\":\"42\"}").body())
        .isEqualTo("{\"aborted\":1}");
    assertThat(Eventually.failure(stuck)).hasRootCauseInstanceOf(CancellationException.class);
  }

  @Test
  void aFencedLoadIsNotAbortedInThePlaceOfItsSuccessor() throws Exception {
    CoalescingCache<Object, Object> users = users();
    load(users, 42);
    long fenced = users.inFlight().get(0).fetchId();
    users.invalidate(42);
    CompletableFuture<Object> successor = load(users, 42);

    Response response =
        shop.send("POST", "slipstream/users/abort", "{\"fetchId\":%d}".formatted(fenced));

    assertThat(response.status()).isEqualTo(400);
    assertThat(successor).isNotDone();
    assertThat(shop.send("POST", "slipstream/users/abort", "{\"key\":\"42\"}").body())
        .isEqualTo("{\"aborted\":1}");
    assertThat(Eventually.failure(successor)).isNotNull();
  }

  @Test
  void badRequestsAreRefused() throws Exception {
    load(users(), 1);

    for (String body : new String[] {"{}", "{\"fetchId\":1,\"key\":\"1\"}", "{\"fetchId\":99}"}) {
      assertThat(shop.send("POST", "slipstream/users/abort", body).status())
          .as(body)
          .isEqualTo(400);
    }
    assertThat(shop.send("POST", "slipstream/users/pause", "{\"fetchId\":1}").status())
        .isEqualTo(400);
  }

  @Test
  void itCanBeReadOnly() throws Exception {
    users("management.endpoint.slipstream.access=read-only").put(1, "value");

    assertThat(get("slipstream/users").get("size").intValue()).isEqualTo(1);
    assertThat(shop.send("DELETE", "slipstream/users", null).status()).isEqualTo(405);
    assertThat(shop.send("POST", "slipstream/users/abort", "{\"key\":\"1\"}").status())
        .isIn(404, 405);
  }

  @Test
  void itIsNotExposedUnlessTheApplicationSaysSo() throws Exception {
    shop.start("management.endpoints.web.exposure.include=health");

    assertThat(shop.send("GET", "slipstream", null).status()).isEqualTo(404);
  }

  @Test
  void theMetersAreThoseOfTheApplicationsRegistry() throws Exception {
    users("slipstream.cache.cache-names=users").get(1, key -> "value");

    Eventually.passes(
        () ->
            assertThat(
                    get("metrics/slipstream.fetches?tag=cache:users&tag=outcome:success")
                        .at("/measurements/0/value")
                        .doubleValue())
                .isEqualTo(1));
  }
}
