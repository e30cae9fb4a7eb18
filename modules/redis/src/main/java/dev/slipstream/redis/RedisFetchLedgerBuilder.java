package dev.slipstream.redis;

import dev.slipstream.ledger.DurabilityTier;
import dev.slipstream.view.EntryCodec;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link RedisFetchLedger}. It is for one thread; a setter that is called again replaces.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class RedisFetchLedgerBuilder<K, V> {
  private static final int MOST_SHARDS = 1_024;
  private static final int SHORTEST_SECRET = 16;

  final EntryCodec<K, V> codec;
  private final @Nullable RedisURI uri;
  private final @Nullable RedisClusterClient cluster;
  private @Nullable String cache;
  private String prefix = "slipstream";
  private String schema = "1";
  private int shards = 1;
  private byte @Nullable [] secret;
  private Duration timeout = Duration.ofMillis(250);
  private @Nullable ClientResources clientResources;
  int maximumSharedBytes = 1 << 20;
  int feedLength = 10_000;
  int eventLength = 1_000;
  int replicas;
  Duration replicaTimeout = Duration.ofMillis(100);
  Duration repairWindow = Duration.ofSeconds(60);
  DurabilityTier durability = DurabilityTier.ENGINE;

  RedisFetchLedgerBuilder(
      @Nullable RedisURI uri, @Nullable RedisClusterClient cluster, EntryCodec<K, V> codec) {
    this.uri = uri;
    this.cluster = cluster;
    this.codec = Objects.requireNonNull(codec, "codec");
    if (cluster != null) {
      Connector.check(cluster.getOptions());
    }
  }

  /**
   * Sets the cache's name, which is required: caches of different names share nothing.
   *
   * @param cache letters, digits, {@code .}, {@code _} and {@code -}, at most 100
   * @return this
   */
  public RedisFetchLedgerBuilder<K, V> cache(String cache) {
    this.cache = Keyspace.checkName(Objects.requireNonNull(cache, "cache"), "cache");
    return this;
  }

  /**
   * Sets what all keys in Redis begin with, after an opening brace and before a colon. It can be a
   * tenant, whose user is let at no other keys.
   *
   * @param prefix as a cache's name; {@code slipstream} by default
   * @return this
   */
  public RedisFetchLedgerBuilder<K, V> prefix(String prefix) {
    this.prefix = Keyspace.checkName(Objects.requireNonNull(prefix, "prefix"), "prefix");
    return this;
  }

  /**
   * Sets the codec's version: nodes with different ones share nothing, so that a new codec can be
   * deployed beside the old one.
   *
   * @param schema as a cache's name; {@code 1} by default
   * @return this
   */
  public RedisFetchLedgerBuilder<K, V> schema(String schema) {
    this.schema = Keyspace.checkName(Objects.requireNonNull(schema, "schema"), "schema");
    return this;
  }

  /**
   * Sets over how many slots of a cluster the keys are spread. Each costs every node a connection
   * and a command a second.
   *
   * @param shards 1 to 1,024; 1 by default
   * @return this
   */
  public RedisFetchLedgerBuilder<K, V> shards(int shards) {
    if (shards > MOST_SHARDS) {
      throw new IllegalArgumentException(
          "shards must be at most %d, but is %d".formatted(MOST_SHARDS, shards));
    }
    this.shards = Arguments.atLeastOne(shards, "shards");
    return this;
  }

  /**
   * Keeps keys out of Redis: it then has only their HMAC-SHA-256, cut to 128 bits. A node is
   * notified of invalidations only of keys that it gave to this ledger; records are listed only of
   * such keys. Values are not hidden: encrypt them in the codec.
   *
   * @param secret the same on every node; at least 16 bytes. It is copied
   * @return this
   */
  public RedisFetchLedgerBuilder<K, V> hashedKeys(byte[] secret) {
    if (Objects.requireNonNull(secret, "secret").length < SHORTEST_SECRET) {
      throw new IllegalArgumentException(
          "secret must have at least %d bytes, but has %d"
              .formatted(SHORTEST_SECRET, secret.length));
    }
    this.secret = secret.clone();
    return this;
  }

  /**
   * Sets how long a value may be to be shared. A longer one ends its fetch as unshared: each node
   * loads its own. A longer one that is found in Redis is refused.
   *
   * @param bytes at least 1; 1 MiB by default
   * @return this
   */
  public RedisFetchLedgerBuilder<K, V> maximumSharedBytes(int bytes) {
    this.maximumSharedBytes = Arguments.atLeastOne(bytes, "bytes");
    return this;
  }

  /**
   * Sets how long to wait for an answer. A cluster's client has a timeout of its own instead.
   *
   * @param timeout longer than zero; 250 ms by default
   * @return this
   */
  public RedisFetchLedgerBuilder<K, V> timeout(Duration timeout) {
    this.timeout = Arguments.positive(timeout, "timeout");
    return this;
  }

  /**
   * Sets how many changes the feed of a shard keeps, approximately: a node that was cut off for
   * longer drops everything that it has stored.
   *
   * @param entries at least 1; 10,000 by default
   * @return this
   */
  public RedisFetchLedgerBuilder<K, V> feedLength(int entries) {
    this.feedLength = Arguments.atLeastOne(entries, "entries");
    return this;
  }

  /**
   * Sets how many events of a fetch are kept.
   *
   * @param events at least 1; 1,000 by default
   * @return this
   */
  public RedisFetchLedgerBuilder<K, V> eventLength(int events) {
    this.eventLength = Arguments.atLeastOne(events, "events");
    return this;
  }

  /**
   * Sets how far back invalidations are repeated after a failover that lost some: those that were
   * issued or delivered here, at most 10,000 a shard.
   *
   * @param window longer than zero; a minute by default
   * @return this
   */
  public RedisFetchLedgerBuilder<K, V> repairWindow(Duration window) {
    this.repairWindow = Arguments.positive(window, "window");
    return this;
  }

  /**
   * Has invalidations and puts wait for replicas. If fewer acknowledge in time, the stage fails
   * with {@code LedgerUnavailableException}, though the change was made.
   *
   * @param replicas how many; 0, the default, not to wait
   * @param timeout how long to wait for them, longer than zero, at most a second
   * @return this
   */
  public RedisFetchLedgerBuilder<K, V> waitForReplicas(int replicas, Duration timeout) {
    Arguments.positive(timeout, "timeout");
    if (timeout.compareTo(Connector.BLOCK) > 0) {
      throw new IllegalArgumentException(
          "timeout must be at most %s, but is %s".formatted(Connector.BLOCK, timeout));
    }
    this.replicas = Math.toIntExact(Arguments.notNegative(replicas, "replicas"));
    this.replicaTimeout = timeout;
    return this;
  }

  /**
   * States what the records survive, which the server's configuration decides.
   *
   * @param durability {@link DurabilityTier#ENGINE} by default
   * @return this
   */
  public RedisFetchLedgerBuilder<K, V> durability(DurabilityTier durability) {
    this.durability = Objects.requireNonNull(durability, "durability");
    return this;
  }

  /**
   * Sets the threads and timers of the ledger's own client, in place of some of its own. They
   * remain the caller's to shut down. A cluster's client has its own.
   *
   * @param resources the resources
   * @return this
   */
  public RedisFetchLedgerBuilder<K, V> clientResources(ClientResources resources) {
    this.clientResources = Objects.requireNonNull(resources, "resources");
    return this;
  }

  /**
   * Returns the ledger. It begins to connect, and does not wait for that.
   *
   * @return a ledger
   * @throws IllegalStateException if the cache has no name
   */
  public RedisFetchLedger<K, V> build() {
    Keyspace unused = keyspace();
    Connector connector =
        cluster == null
            ? Connector.standalone(Objects.requireNonNull(uri, "uri"), timeout, clientResources)
            : Connector.cluster(cluster);
    return new RedisFetchLedger<>(this, connector);
  }

  Keyspace keyspace() {
    if (cache == null) {
      throw new IllegalStateException(
          "the ledger needs the cache's name: call cache(…) before build()");
    }
    return new Keyspace(prefix, cache, schema, shards, secret);
  }
}
