package dev.slipstream.page;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the page shows, as JSON: of all caches, and of one. After its end it has no cache. */
final class PageState {
  private final KeyTexts keys;
  private volatile Map<String, WatchedCache> caches;

  PageState(Collection<WatchedCache> caches, KeyTexts keys) {
    Map<String, WatchedCache> byName = new LinkedHashMap<>();
    caches.forEach(cache -> byName.put(cache.name(), cache));
    this.caches = byName;
    this.keys = keys;
  }

  void sample() {
    caches.values().forEach(WatchedCache::sample);
  }

  @Nullable WatchedCache cache(String name) {
    return caches.get(name);
  }

  Json all() {
    Json json = new Json().object().name("caches").array();
    caches.values().forEach(cache -> cache.write(json, keys));
    return json.endArray().endObject();
  }

  Json one(WatchedCache cache) {
    Json json = new Json();
    cache.write(json, keys);
    return json;
  }

  /** Writes, by cache, the rows of the last minutes, and which number stands where in them. */
  void writeHistory(Json json) {
    json.name("columns").array();
    for (Column column : Column.ALL) {
      json.value(column.label());
    }
    json.endArray().name("history").object();
    caches.forEach((name, cache) -> cache.writeHistory(json.name(name)));
    json.endObject();
  }

  @Nullable String abort(WatchedCache cache, long fetchId) {
    return cache.abort(fetchId, keys);
  }

  /** Lets go of the caches: the page may be referred to for longer than it is open. */
  void release() {
    caches = Map.of();
  }
}
