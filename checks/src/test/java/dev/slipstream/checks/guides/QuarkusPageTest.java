package dev.slipstream.checks.guides;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CacheClosedException;
import dev.slipstream.CoalescingCache;
import dev.slipstream.CoalescingCacheBuilder;
import dev.slipstream.FetchHandle;
import dev.slipstream.micrometer.SlipstreamMetrics;
import dev.slipstream.testing.Eventually;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.inject.ConfigExtension;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.enterprise.util.TypeLiteral;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The code and the claims of {@code docs/quarkus.md}, in a CDI container. */
class QuarkusPageTest {
  private SeContainer container;
  private CoalescingCache<Integer, User> users;
  private UserResource resource;
  private UserClient client;

  public static class Caches {
    @Produces
    @ApplicationScoped
    CoalescingCache<Integer, User> users(
        @ConfigProperty(
                name = "caches.users.spec",
                defaultValue = "maximumSize=10000, expireAfterWrite=5m")
            String spec,
        @ConfigProperty(name = "caches.users.fetch-timeout", defaultValue = "PT5S")
            Duration fetchTimeout,
        MeterRegistry registry) {
      CoalescingCache<Integer, User> users =
          CoalescingCacheBuilder.from(spec)
              .name("users")
              .fetchTimeout(fetchTimeout)
              .recordStats()
              .fetchListener(SlipstreamMetrics.fetchDurations(registry, "users"))
              .build();
      return SlipstreamMetrics.monitor(registry, users, "users");
    }

    void close(@Disposes CoalescingCache<Integer, User> users) {
      users.close();
    }
  }

  public static class Meters {
    @Produces
    @Singleton
    MeterRegistry registry() {
      return new SimpleMeterRegistry();
    }
  }

  @Path("/users")
  @ApplicationScoped
  public static class UserResource {
    @Inject CoalescingCache<Integer, User> users;
    @Inject UserClient client;

    @Inject
    @ConfigProperty(name = "users.timeout", defaultValue = "PT2S")
    Duration timeout;

    @GET
    @Path("{id}")
    public CompletionStage<User> user(@PathParam("id") int id) {
      FetchHandle<User> user = users.getOrFetch(id, (key, context) -> client.findUser(key));
      user.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS); // the others go on
      return user;
    }

    @GET
    @Path("{id}/name")
    public Uni<String> name(@PathParam("id") int id) {
      return Uni.createFrom()
          .completionStage(() -> users.getOrFetch(id, (key, context) -> client.findUser(key)))
          .ifNoItem()
          .after(timeout)
          .fail() // the same
          .map(User::name);
    }
  }

  @ApplicationScoped
  public static class UserClient {
    private final Queue<CompletableFuture<User>> requests = new ConcurrentLinkedQueue<>();

    public CompletableFuture<User> findUser(int id) {
      CompletableFuture<User> request = new CompletableFuture<>();
      requests.add(request);
      return request;
    }

    public Queue<CompletableFuture<User>> requests() {
      return requests;
    }
  }

  @BeforeEach
  void start() {
    container =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addExtensions(ConfigExtension.class)
            .addBeanClasses(Caches.class, Meters.class, UserResource.class, UserClient.class)
            .initialize();
    users = container.select(new TypeLiteral<CoalescingCache<Integer, User>>() {}).get();
    resource = container.select(UserResource.class).get();
    client = container.select(UserClient.class).get();
  }

  @AfterEach
  void stop() {
    if (container.isRunning()) {
      container.close();
    }
  }

  @Test
  void requestsShareAFetchAndTheContainerClosesTheCache() {
    CompletableFuture<User> stage = resource.user(42).toCompletableFuture();
    List<String> names = new ArrayList<>();
    Cancellable uni = resource.name(42).subscribe().with(names::add);
    assertThat(client.requests()).hasSize(1);
    client.requests().remove().complete(new User(42, "Ada"));

    assertThat(Eventually.value(stage)).isEqualTo(new User(42, "Ada"));
    Eventually.until("the Uni has its item", () -> names.equals(List.of("Ada")));
    uni.cancel();
    MeterRegistry registry = container.select(MeterRegistry.class).get();
    assertThat(registry.get("slipstream.joins").functionCounter().count()).isEqualTo(1);

    FetchHandle<User> waiting = users.getOrFetch(43, (key, context) -> client.findUser(key));
    CompletableFuture<User> request = client.requests().remove();
    container.close();
    assertThat(Eventually.failure(waiting)).isInstanceOf(CacheClosedException.class);
    Eventually.until("the request is cancelled", request::isCancelled);
  }

  @Test
  void aStageAndAUniThatAreCancelledLeave() {
    CompletableFuture<User> staying = resource.user(42).toCompletableFuture();
    Cancellable uni = resource.name(42).subscribe().with(name -> {});
    assertThat(users.awaiterCount()).isEqualTo(2);
    CompletableFuture<User> request = client.requests().remove();

    uni.cancel();
    Eventually.until("it has left", () -> users.awaiterCount() == 1);
    assertThat(request).isNotDone();
    staying.cancel(true);

    Eventually.until("the request is cancelled", request::isCancelled);
  }
}
