package dev.slipstream.jmh.footprint;

import com.github.benmanes.caffeine.cache.AsyncCache;
import dev.slipstream.CoalescingCache;
import dev.slipstream.jmh.Caches;
import dev.slipstream.jmh.HandWritten;
import dev.slipstream.jmh.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.openjdk.jol.info.GraphLayout;

/**
 * Prints the bytes of a fetch in flight, of an awaiter and of a cached value, measured by JOL: all
 * that can be reached from the cache and its callers, less what could before.
 *
 * <p>A fetch is counted with its key, the loader's own future and its first caller's; an awaiter is
 * one that can leave; a value is counted with its key, but the value itself is the key.
 *
 * <p>{@code Footprint <name> <count>}: the name begins each line, and so many of each thing are
 * measured; few, for JOL walks all objects for each figure. A line is a name, a metric and a value,
 * parted by tabs.
 */
final class Footprint {
  private final String name;
  private final int count;

  private Footprint(String name, int count) {
    this.name = name;
    this.count = count;
  }

  public static void main(String[] args) {
    new Footprint(args[0], Integer.parseInt(args[1])).print();
  }

  private void print() {
    CoalescingCache<Integer, Integer> ours = Caches.slipstream(count);
    print(
        "slipstream",
        ours,
        load -> key -> ours.getOrFetch(key, (k, context) -> load.apply(k)),
        load -> key -> ours.getOrFetch(key, (k, context) -> load.apply(k)));
    AsyncCache<Integer, Integer> async = Caches.asyncCache(count);
    print(
        "asyncCache",
        async,
        load -> key -> async.get(key, (k, executor) -> load.apply(k)),
        load -> key -> async.get(key, (k, executor) -> load.apply(k)).copy());
    HandWritten<Integer, Integer> byHand = new HandWritten<>(count);
    print(
        "byHand",
        byHand,
        load -> key -> byHand.get(key, load),
        load -> key -> byHand.get(key, load).copy());
  }

  /** A call, given the loader. */
  private interface Call
      extends Function<
          Function<Integer, CompletableFuture<Integer>>,
          Function<Integer, CompletableFuture<Integer>>> {}

  private void print(String side, Object cache, Call get, Call join) {
    Integer[] keys = Keys.range(0, 2 * count + 1);
    List<Object> held = new ArrayList<>(4 * count);
    Function<Integer, CompletableFuture<Integer>> pending =
        key -> {
          CompletableFuture<Integer> load = new CompletableFuture<>();
          held.add(load); // as the code does that is to complete it
          return load;
        };
    long empty = size(cache, held);
    for (int i = 0; i < count; i++) {
      held.add(get.apply(pending).apply(keys[i]));
    }
    long flights = size(cache, held);
    print(side, "flight", flights - empty);

    Integer shared = keys[2 * count];
    held.add(get.apply(pending).apply(shared));
    long alone = size(cache, held);
    for (int i = 0; i < count; i++) {
      held.add(join.apply(pending).apply(shared));
    }
    long crowd = size(cache, held);
    print(side, "awaiter", crowd - alone);

    for (int i = count; i < 2 * count; i++) {
      get.apply(CompletableFuture::completedFuture).apply(keys[i]);
    }
    print(side, "value", size(cache, held) - crowd);
  }

  /** The list's own array is as long from the start. */
  private static long size(Object cache, List<Object> held) {
    return GraphLayout.parseInstance(cache, held).totalSize();
  }

  private void print(String side, String what, long bytes) {
    System.out.printf("%s.%s %s\tbytes\t%s%n", name, side, what, (double) bytes / count);
  }
}
