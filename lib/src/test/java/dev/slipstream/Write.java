package dev.slipstream;

import dev.slipstream.view.CacheView;
import dev.slipstream.view.EntryView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The writes to the key "k" that fence its flight, whatever is cached. */
enum Write {
  PUT("written") {
    @Override
    void to(CoalescingCache<String, String> cache) {
      cache.put("k", "written");
    }
  },
  PUT_ALL("written") {
    @Override
    void to(CoalescingCache<String, String> cache) {
      cache.putAll(Map.of("other", "o", "k", "written"));
    }
  },
  INVALIDATE(null) {
    @Override
    void to(CoalescingCache<String, String> cache) {
      cache.invalidate("k");
    }
  },
  INVALIDATE_ALL(null) {
    @Override
    void to(CoalescingCache<String, String> cache) {
      cache.invalidateAll();
    }
  },
  INVALIDATE_KEYS(null) {
    @Override
    void to(CoalescingCache<String, String> cache) {
      cache.invalidateAll(List.of("other", "k"));
    }
  },
  MAP_PUT("written") {
    @Override
    void to(CoalescingCache<String, String> cache) {
      cache.asMap().put("k", "written");
    }
  },
  MAP_REMOVE(null) {
    @Override
    void to(CoalescingCache<String, String> cache) {
      cache.asMap().remove("k");
    }
  },
  MAP_CLEAR(null) {
    @Override
    void to(CoalescingCache<String, String> cache) {
      cache.asMap().clear();
    }
  },
  RESTORE("written") {
    @Override
    void to(CoalescingCache<String, String> cache) {
      cache.restore(view("k"));
    }
  },
  RESTORE_WITHOUT_THE_KEY(null) {
    @Override
    void to(CoalescingCache<String, String> cache) {
      cache.restore(view("other"));
    }
  },
  RESTORE_A_PARTITION("written") {
    @Override
    void to(CoalescingCache<String, String> cache) {
      cache.restore("k"::equals, view("k"));
    }
  },
  RESTORE_AN_EMPTY_PARTITION(null) {
    @Override
    void to(CoalescingCache<String, String> cache) {
      cache.restore("k"::equals, new CacheView<>(List.of()));
    }
  },
  MERGE("written") {
    @Override
    void to(CoalescingCache<String, String> cache) {
      cache.merge(view("k"));
    }
  };

  /** What is cached for the key afterwards. */
  final @Nullable String value;

  Write(@Nullable String value) {
    this.value = value;
  }

  private static CacheView<String, String> view(String key) {
    return new CacheView<>(List.of(new EntryView<>(key, "written", Instant.now(), null)));
  }

  abstract void to(CoalescingCache<String, String> cache);
}
