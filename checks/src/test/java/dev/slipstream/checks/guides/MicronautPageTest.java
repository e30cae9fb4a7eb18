package dev.slipstream.checks.guides;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CoalescingCache;
import dev.slipstream.CoalescingCacheBuilder;
import dev.slipstream.FetchHandle;
import dev.slipstream.micrometer.SlipstreamMetrics;
import dev.slipstream.reactor.ReactorCache;
import dev.slipstream.testing.Eventually;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Value;
import io.micronaut.core.propagation.PropagatedContext;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.context.ServerRequestContext;
import io.micronaut.runtime.server.EmbeddedServer;
import jakarta.inject.Singleton;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** The code and the claims of {@code docs/micronaut.md}, in a server of Micronaut's. */
class MicronautPageTest {
  private final HttpClient browser = HttpClient.newHttpClient();
  private EmbeddedServer server;
  private CoalescingCache<Integer, User> users;
  private UserClient client;

  @Factory
  static class CacheFactory {
    @Singleton
    @Bean(preDestroy = "close")
    CoalescingCache<Integer, User> users(
        @Value("${caches.users.spec:maximumSize=10000, expireAfterWrite=5m}") String spec,
        @Value("${caches.users.fetch-timeout:5s}") Duration fetchTimeout,
        MeterRegistry registry) {
      CoalescingCache<Integer, User> users =
          CoalescingCacheBuilder.from(spec)
              .name("users")
              .fetchTimeout(fetchTimeout)
              .recordStats()
              .fetchListener(SlipstreamMetrics.fetchDurations(registry, "users"))
              .contextPropagator(
                  () -> {
                    PropagatedContext request = PropagatedContext.getOrEmpty();
                    return () -> request.propagate()::close;
                  })
              .build();
      return SlipstreamMetrics.monitor(registry, users, "users");
    }

    @Singleton
    MeterRegistry registry() { // micronaut-micrometer brings one
      return new SimpleMeterRegistry();
    }
  }

  @Controller("/users")
  static class UserController {
    private final CoalescingCache<Integer, User> users;
    private final UserClient client;
    private final Duration timeout;

    UserController(
        CoalescingCache<Integer, User> users,
        UserClient client,
        @Value("${users.timeout:2s}") Duration timeout) {
      this.users = users;
      this.client = client;
      this.timeout = timeout;
    }

    @Get("/{id}/name")
    CompletionStage<String> name(int id) {
      FetchHandle<User> user = users.getOrFetch(id, (key, context) -> client.findUser(key));
      user.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS); // the others go on
      return user.map(User::name);
    }

    @Error(exception = TimeoutException.class)
    HttpResponse<?> tooSlow() {
      return HttpResponse.status(HttpStatus.GATEWAY_TIMEOUT);
    }

    @Get("/{id}/mono")
    Mono<String> mono(int id) {
      return ReactorCache.of(users)
          .getOrFetch(id, key -> Mono.fromFuture(client.findUser(key)))
          .timeout(timeout)
          .map(User::name);
    }

    @Get("/{id}/blocking")
    CompletionStage<String> blocking(int id) {
      return users.getOrFetch(id, key -> client.queryUser(key)).map(User::name);
    }
  }

  @Singleton
  static class UserClient {
    final Queue<CompletableFuture<User>> requests = new ConcurrentLinkedQueue<>();

    CompletableFuture<User> findUser(int id) {
      CompletableFuture<User> request = new CompletableFuture<>();
      requests.add(request);
      return request;
    }

    /** The only request, once it has been made. */
    CompletableFuture<User> request() {
      Eventually.until("there is a request", () -> !requests.isEmpty());
      assertThat(requests).hasSize(1);
      return requests.peek();
    }

    User queryUser(int id) {
      String path = ServerRequestContext.currentRequest().map(at -> at.getPath()).orElse("none");
      return new User(id, path + " on " + Thread.currentThread().getName());
    }
  }

  @SuppressWarnings("unchecked")
  private void start(String timeout) {
    server =
        ApplicationContext.run(
            EmbeddedServer.class,
            Map.of(
                "micronaut.server.port",
                -1,
                "micronaut.server.host",
                "127.0.0.1",
                "caches.users.spec",
                "maximumSize=2",
                "users.timeout",
                timeout));
    users = server.getApplicationContext().getBean(CoalescingCache.class);
    client = server.getApplicationContext().getBean(UserClient.class);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void requestsShareAFetchAndTheContextClosesTheCache() {
    start("60s");
    CompletableFuture<String> first = get("/users/42/name");
    CompletableFuture<String> second = get("/users/42/name");
    Eventually.until("both wait", () -> users.awaiterCount() == 2);
    client.request().complete(new User(42, "Ada"));

    assertThat(Eventually.value(first)).isEqualTo("200 Ada");
    assertThat(Eventually.value(second)).isEqualTo("200 Ada");
    MeterRegistry registry = server.getApplicationContext().getBean(MeterRegistry.class);
    assertThat(registry.get("slipstream.joins").functionCounter().count()).isEqualTo(1);
    server.close();
    assertThat(users.getOrFetch(43, key -> null)).isCompletedExceptionally();
  }

  @Test
  void theRequestReachesABlockingLoaderOnAThreadOfTheCaches() {
    start("60s");
    assertThat(Eventually.value(get("/users/42/blocking")))
        .startsWith("200 /users/42/blocking on ")
        .doesNotContain("nioEventLoop");
  }

  @Test
  void aMonoIsAnsweredToo() {
    start("60s");
    CompletableFuture<String> answer = get("/users/42/mono");
    client.request().complete(new User(42, "Ada"));

    assertThat(Eventually.value(answer)).isEqualTo("200 Ada");
  }

  @Test
  void aRequestThatTakesTooLongIsAnsweredSo() {
    start("200ms");
    assertThat(Eventually.value(get("/users/42/name"))).isEqualTo("504 ");
    Eventually.until("the request is cancelled", client.request()::isCancelled);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/users/42/name", "/users/42/mono"})
  void aClientThatDisconnectsHasLeftWhenTheTimeoutElapsesAtTheLatest(String path) throws Exception {
    start("200ms");
    String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    try (Socket socket = new Socket("127.0.0.1", server.getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      assertThat(client.request()).isNotNull();
    }

    Eventually.until("it has left", () -> users.inFlightCount() == 0);
    Eventually.until("the request is cancelled", client.request()::isCancelled);
  }

  private CompletableFuture<String> get(String path) {
    URI uri = URI.create("http://127.0.0.1:" + server.getPort() + path);
    return browser
        .sendAsync(
            HttpRequest.newBuilder(uri).build(), java.net.http.HttpResponse.BodyHandlers.ofString())
        .thenApply(response -> response.statusCode() + " " + response.body());
  }
}
