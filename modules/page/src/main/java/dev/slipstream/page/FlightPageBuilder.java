package dev.slipstream.page;

import dev.slipstream.CoalescingCache;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link FlightPage}. It is not safe for use by several threads.
 *
 * <p>A null argument is a {@link NullPointerException} that names it.
 */
public final class FlightPageBuilder {
  private static final int MOST_PORT = 65_535;
  private static final int DEFAULT_STREAMS = 16;

  private final Map<String, Supplier<WatchedCache>> caches = new LinkedHashMap<>();
  private final Set<String> hosts = new LinkedHashSet<>();
  private int port;
  private InetAddress address = InetAddress.getLoopbackAddress();
  private Function<Object, String> keys = String::valueOf;
  private boolean allowAbort;
  private Duration every = Duration.ofSeconds(1);
  private Duration heartbeat = Duration.ofSeconds(15);
  private Duration writeTimeout = Duration.ofSeconds(30);
  private int maxStreams = DEFAULT_STREAMS;

  FlightPageBuilder() {}

  /**
   * Shows a cache, without its last ends. Ratios and plots of calls need {@link
   * dev.slipstream.CoalescingCacheBuilder#recordStats()}.
   *
   * @param name what the page calls it
   * @param cache the cache
   * @return this builder
   * @throws IllegalArgumentException if the name is blank, or there is a cache of that name
   */
  public FlightPageBuilder cache(String name, CoalescingCache<?, ?> cache) {
    return add(name, cache, null);
  }

  /**
   * Shows a cache and how its last fetches ended.
   *
   * @param name what the page calls it
   * @param cache the cache
   * @param ends what was given to the cache's builder as a {@link
   *     dev.slipstream.CoalescingCacheBuilder#fetchListener fetchListener}
   * @return this builder
   * @throws IllegalArgumentException if the name is blank, or there is a cache of that name
   */
  public FlightPageBuilder cache(String name, CoalescingCache<?, ?> cache, RecentEnds ends) {
    return add(name, cache, Objects.requireNonNull(ends, "ends"));
  }

  private FlightPageBuilder add(
      String name, CoalescingCache<?, ?> cache, @Nullable RecentEnds ends) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(cache, "cache");
    if (name.isBlank()) {
      throw new IllegalArgumentException("name must not be blank: give the cache a name");
    }
    if (caches.putIfAbsent(name, () -> new WatchedCache(name, cache, ends)) != null) {
      throw new IllegalArgumentException(
          "the page has a cache named %s already: give this one another name".formatted(name));
    }
    return this;
  }

  /**
   * Sets the port of the page's own server.
   *
   * @param port from 0 to 65,535; 0, the default, takes a free one, which {@link FlightPage#uri}
   *     has
   * @return this builder
   * @throws IllegalArgumentException if the port is out of range
   */
  public FlightPageBuilder port(int port) {
    if (port < 0 || port > MOST_PORT) {
      throw new IllegalArgumentException("port must be from 0 to 65535, but is " + port);
    }
    this.port = port;
    return this;
  }

  /**
   * Sets the address that the page's own server listens at. Whatever reaches it sees the page:
   * rather mount the page in a server that asks for a name and a password.
   *
   * @param address an address of this machine; the loopback address by default
   * @return this builder
   */
  public FlightPageBuilder address(InetAddress address) {
    this.address = Objects.requireNonNull(address, "address");
    return this;
  }

  /**
   * Adds a name by which browsers may address the page, such as that of a reverse proxy which
   * passes on the header {@code Host}. A server on the loopback address answers to {@code
   * localhost}, to loopback addresses and to these names, to others with 421: so no site can read
   * it through a name of its own that it points at this machine. Elsewhere every name is good until
   * one has been added.
   *
   * @param name a host's name without its port; in any case
   * @return this builder
   */
  public FlightPageBuilder host(String name) {
    hosts.add(Hosts.normal(Objects.requireNonNull(name, "name")));
    return this;
  }

  /**
   * Sets how keys are written on the page: shortened, say, or masked where they are secret. It is
   * called by several threads, once for each key that is shown and each interval, and must be
   * quick; if it throws, the page shows the failure's type in place of the key.
   *
   * @param keys returns the text of a key of any of the caches; by default their {@code toString}.
   *     The page cuts it after 200 characters
   * @return this builder
   */
  public FlightPageBuilder keys(Function<Object, String> keys) {
    this.keys = Objects.requireNonNull(keys, "keys");
    return this;
  }

  /**
   * Sets whether the page may abort fetches. It has a button for each then; the request carries a
   * token that only the page has, so no other site can make a browser send it.
   *
   * @param allowAbort whether fetches may be aborted; false by default
   * @return this builder
   */
  public FlightPageBuilder allowAbort(boolean allowAbort) {
    this.allowAbort = allowAbort;
    return this;
  }

  /**
   * Sets how often the page looks at its caches. The plots have 300 of these looks.
   *
   * @param every the time between two looks; a second by default
   * @return this builder
   * @throws IllegalArgumentException if the time is zero or less
   */
  public FlightPageBuilder every(Duration every) {
    this.every = Durations.positive("every", every);
    return this;
  }

  /**
   * Sets after which silence a stream has a heartbeat, by which a browser that has gone is noticed
   * and proxies keep the connection.
   *
   * @param heartbeat the longest silence of a stream; 15 seconds by default
   * @return this builder
   * @throws IllegalArgumentException if the time is zero or less
   */
  public FlightPageBuilder heartbeat(Duration heartbeat) {
    this.heartbeat = Durations.positive("heartbeat", heartbeat);
    return this;
  }

  /**
   * Sets how long one write to a browser may take. After that its connection is closed: it reads no
   * more.
   *
   * @param writeTimeout the longest time; 30 seconds by default, which is then kept to about a
   *     quarter
   * @return this builder
   * @throws IllegalArgumentException if the time is zero or less
   */
  public FlightPageBuilder writeTimeout(Duration writeTimeout) {
    this.writeTimeout = Durations.positive("writeTimeout", writeTimeout);
    return this;
  }

  /**
   * Sets how many browser tabs may follow the page at once. Each takes a thread; one more is
   * answered with 503, and tries again.
   *
   * @param maxStreams 1 or more; 16 by default
   * @return this builder
   * @throws IllegalArgumentException if the number is less than 1
   */
  public FlightPageBuilder maxStreams(int maxStreams) {
    if (maxStreams < 1) {
      throw new IllegalArgumentException("maxStreams must be at least 1, but is " + maxStreams);
    }
    this.maxStreams = maxStreams;
    return this;
  }

  /**
   * Makes a page without a server, to be mounted in another: {@code
   * server.createContext("/flights", page)}. Settings of the server, such as the port, are without
   * effect. Its first look at the caches is now.
   *
   * @return a page; close it when it is no longer needed
   * @throws IllegalStateException if no cache was given
   */
  public FlightPage build() {
    return FlightPage.open(settings(), null);
  }

  /**
   * Makes a page and starts a server for it.
   *
   * @return a page; close it when it is no longer needed
   * @throws IllegalStateException if no cache was given
   * @throws UncheckedIOException if the port is in use, or the address is none of this machine's
   */
  public FlightPage start() {
    return FlightPage.open(settings(), new InetSocketAddress(address, port));
  }

  private Settings settings() {
    if (caches.isEmpty()) {
      throw new IllegalStateException("the page has no cache: give it one by cache(name, cache)");
    }
    return new Settings(
        caches.values().stream().map(Supplier::get).toList(),
        keys,
        allowAbort,
        every,
        heartbeat,
        writeTimeout,
        maxStreams,
        Set.copyOf(hosts));
  }
}
