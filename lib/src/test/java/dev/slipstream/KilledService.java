package dev.slipstream;

import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.ValueCodec;
import dev.slipstream.view.ViewFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * A service that fills a cache, writes it to a file, changes it, and is in the middle of the next
 * writing forever.
 */
final class KilledService {
  static final int ENTRIES = 2_000;
  static final EntryCodec<String, String> CODEC =
      EntryCodec.of(ValueCodec.string(), ValueCodec.string());

  private KilledService() {}

  static CoalescingCache<String, String> cache() {
    return CoalescingCache.builder().expireAfterWrite(Duration.ofHours(1)).build();
  }

  static String value(int i) {
    return "value of " + i + " ".repeat(100);
  }

  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[0]);
    CoalescingCache<String, String> cache = cache();
    for (int i = 0; i < ENTRIES; i++) {
      int number = i;
      cache.getOrFetch("k" + i, (key, context) -> CompletableFuture.completedFuture(value(number)));
    }
    ViewFile.write(file, cache, CODEC);
    cache.invalidateAll();
    for (int i = 0; i < ENTRIES; i++) {
      cache.put("new" + i, value(-i));
    }
    System.out.println("written");
    ViewFile.write(
        file,
        cache,
        CODEC,
        (step, entries, bytes) -> {
          System.out.println("stalled");
          while (true) {
            LockSupport.park();
          }
        });
  }
}
