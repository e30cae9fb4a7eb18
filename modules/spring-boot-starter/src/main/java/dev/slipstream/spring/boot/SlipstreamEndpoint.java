package dev.slipstream.spring.boot;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchCause;
import dev.slipstream.InFlight;
import dev.slipstream.spring.SlipstreamCache;
import dev.slipstream.spring.SlipstreamCacheManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.lang.Nullable;

/**
 * The actuator endpoint {@code slipstream}: caches with their statistics and what they are loading.
 * It invalidates keys, and aborts loads that do not end.
 *
 * <table>
 * <caption>Its operations</caption>
 * <tr><th>request</th><th>what it does</th></tr>
 * <tr><td>{@code GET /actuator/slipstream}</td><td>returns all caches, by manager</td></tr>
 * <tr><td>{@code GET /actuator/slipstream/users}</td><td>returns one cache</td></tr>
 * <tr><td>{@code DELETE /actuator/slipstream/users?key=42}</td>
 *     <td>invalidates a key; without {@code key}, all</td></tr>
 * <tr><td>{@code POST /actuator/slipstream/users/abort}</td>
 *     <td>ends a load for all of its callers: {@code {"fetchId": 17}} or {@code {"key": "42"}}</td>
 *     </tr>
 * </table>
 *
 * <p>Keys are given as their {@code toString} has them. Where several managers have a cache of the
 * name, the parameter {@code cacheManager} selects one.
 */
@Endpoint(id = "slipstream")
public class SlipstreamEndpoint {
  private static final String ABORT = "abort";

  private final Map<String, SlipstreamCacheManager> managers;
  private final CacheReports reports;

  /**
   * Makes the endpoint.
   *
   * @param managers the managers of the caches, by the names of their beans
   * @param showKeys whether keys are shown, and not masked
   */
  public SlipstreamEndpoint(Map<String, SlipstreamCacheManager> managers, boolean showKeys) {
    this.managers = new LinkedHashMap<>(managers);
    this.reports = new CacheReports(showKeys);
  }

  /**
   * Returns all caches.
   *
   * @return the caches, by manager and name
   */
  @ReadOperation
  public Managers caches() {
    Map<String, Caches> all = new LinkedHashMap<>();
    managers.forEach(
        (managerName, manager) -> {
          Map<String, CacheReport> caches = new LinkedHashMap<>();
          for (String name : manager.getCacheNames()) {
            SlipstreamCache cache = manager.getCache(name);
            if (cache != null) {
              caches.put(name, reports.of(cache.getNativeCache()));
            }
          }
          all.put(managerName, new Caches(caches));
        });
    return new Managers(all);
  }

  /**
   * Returns one cache.
   *
   * @param cache its name
   * @param cacheManager the name of its manager; null if only one has a cache of that name
   * @return the cache; null if there is none
   */
  @ReadOperation
  public @org.jspecify.annotations.Nullable CacheReport cache(
      @Selector String cache, @Nullable String cacheManager) {
    List<SlipstreamCache> found = find(cache, cacheManager);
    return found.isEmpty() ? null : reports.of(only(cache, found).getNativeCache());
  }

  /**
   * Invalidates a key, or all of a cache: loads that are running store nothing.
   *
   * @param cache the name of the cache
   * @param key the text of a key that is cached or being loaded; null for all keys
   * @param cacheManager the name of its manager; null if only one has a cache of that name
   * @return how many keys were invalidated; of all, an estimate
   */
  @DeleteOperation
  public Invalidated invalidate(
      @Selector String cache, @Nullable String key, @Nullable String cacheManager) {
    CoalescingCache<Object, Object> target = require(cache, cacheManager);
    if (key == null) {
      long size = target.estimatedSize();
      target.invalidateAll();
      return new Invalidated(size);
    }
    Set<Object> keys = new LinkedHashSet<>();
    target.asMap().keySet().stream().filter(each -> isKey(key, each)).forEach(keys::add);
    target.inFlight().stream()
        .map(InFlight::key)
        .filter(each -> isKey(key, each))
        .forEach(keys::add);
    keys.forEach(target::invalidate);
    return new Invalidated(keys.size());
  }

  /**
   * Ends a load for all of its callers, as {@link CoalescingCache#abort} does: they get a failure.
   * A load that began between the look and the abort, for the same key, is ended in its place.
   *
   * @param cache the name of the cache
   * @param operation always {@code abort}
   * @param fetchId the number of the load; null if the key is given
   * @param key the text of the key that is loaded; null if the number is given
   * @param cacheManager the name of its manager; null if only one has a cache of that name
   * @return how many loads were ended; 0 if it had ended by then
   */
  @WriteOperation
  public Aborted abort(
      @Selector String cache,
      @Selector String operation,
      @Nullable Long fetchId,
      @Nullable String key,
      @Nullable String cacheManager) {
    if (!operation.equals(ABORT)) {
      throw invalid("there is no operation '%s': the only one is '%s'".formatted(operation, ABORT));
    }
    if ((fetchId == null) == (key == null)) {
      throw invalid(
          "give either the fetchId or the key of a load, and not %s".formatted(both(key)));
    }
    CoalescingCache<Object, Object> target = require(cache, cacheManager);
    List<InFlight<Object>> loads = new ArrayList<>(target.inFlight());
    loads.removeIf(
        load ->
            fetchId == null
                ? !isKey(Objects.requireNonNull(key), load.key())
                : fetchId != load.fetchId());
    if (loads.isEmpty()) {
      throw invalid(
          "cache '%s' is loading nothing of %s: it may have ended; GET lists what is loaded"
              .formatted(cache, fetchId == null ? "that key" : "fetchId " + fetchId));
    }
    loads.removeIf(InFlight::fenced);
    if (loads.isEmpty()) {
      throw invalid(
          "cache '%s': the load is fenced, since its key was written; it stores nothing, and cannot be aborted by its key"
              .formatted(cache));
    }
    CancellationException cause = new CancellationException("aborted through the actuator");
    return new Aborted(loads.stream().filter(load -> target.abort(load.key(), cause)).count());
  }

  private static String both(@Nullable String key) {
    return key == null ? "neither" : "both";
  }

  private static boolean isKey(String text, Object key) {
    return text.equals(CacheReports.text(key));
  }

  private CoalescingCache<Object, Object> require(String cache, @Nullable String cacheManager) {
    List<SlipstreamCache> found = find(cache, cacheManager);
    if (found.isEmpty()) {
      throw invalid("there is no cache '%s'; GET lists the caches".formatted(cache));
    }
    return only(cache, found).getNativeCache();
  }

  private SlipstreamCache only(String cache, List<SlipstreamCache> found) {
    if (found.size() > 1) {
      throw invalid(
          "several managers have a cache '%s': select one of %s by the parameter cacheManager"
              .formatted(cache, managers.keySet()));
    }
    return found.get(0);
  }

  /** Makes no cache that is not there. */
  private List<SlipstreamCache> find(String cache, @Nullable String cacheManager) {
    List<SlipstreamCache> found = new ArrayList<>();
    managers.forEach(
        (managerName, manager) -> {
          boolean selected = cacheManager == null || cacheManager.equals(managerName);
          if (selected && manager.getCacheNames().contains(cache)) {
            SlipstreamCache one = manager.getCache(cache);
            if (one != null) {
              found.add(one);
            }
          }
        });
    return found;
  }

  private static InvalidEndpointRequestException invalid(String message) {
    return new InvalidEndpointRequestException(message, message);
  }

  /**
   * All caches.
   *
   * @param cacheManagers the managers, by the names of their beans
   */
  public record Managers(Map<String, Caches> cacheManagers) implements OperationResponseBody {}

  /**
   * The caches of a manager.
   *
   * @param caches the caches, by name
   */
  public record Caches(Map<String, CacheReport> caches) {}

  /**
   * A cache.
   *
   * @param size how many values are cached, an estimate
   * @param loading how many loads are running
   * @param waiting how many callers wait for them
   * @param statistics the counts, by name; null if the cache does not count
   * @param loads the oldest loads that are running, 100 at most
   */
  public record CacheReport(
      long size,
      int loading,
      int waiting,
      @org.jspecify.annotations.Nullable Map<String, Number> statistics,
      List<LoadReport> loads)
      implements OperationResponseBody {}

  /**
   * A load that is running.
   *
   * @param fetchId its number, by which it can be aborted
   * @param key the text of its key, or a mask
   * @param cause why it was begun
   * @param phase how far it is
   * @param ageMillis how long it has been running
   * @param callers how many callers wait for it
   * @param continuations how many continuations wait for it
   * @param fenced whether its key was written meanwhile: it stores nothing
   */
  public record LoadReport(
      long fetchId,
      String key,
      FetchCause cause,
      InFlight.Phase phase,
      long ageMillis,
      int callers,
      int continuations,
      boolean fenced) {}

  /**
   * What an invalidation did.
   *
   * @param invalidated how many keys were invalidated
   */
  public record Invalidated(long invalidated) implements OperationResponseBody {}

  /**
   * What an abort did.
   *
   * @param aborted how many loads were ended
   */
  public record Aborted(long aborted) implements OperationResponseBody {}
}
