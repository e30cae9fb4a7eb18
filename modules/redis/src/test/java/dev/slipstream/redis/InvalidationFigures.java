package dev.slipstream.redis;

import static dev.slipstream.redis.ProcessFigures.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;

/**
 * Three nodes read a row all the time, and one at random updates and invalidates it, again and
 * again: a part of {@link ProcessFigures}.
 */
final class InvalidationFigures {
  private static final long SEED = 4_711;
  private static final int FULL_MILLIS = 60_000;

  private final Nodes nodes;
  private final List<Long> deliveries = new ArrayList<>();

  /** Those whose deliveries are not awaited yet. */
  private final Queue<Update> under = new ArrayDeque<>();

  private record Update(long version, int by, long start) {}

  InvalidationFigures(Nodes nodes) {
    this.nodes = nodes;
  }

  void atRandom(double part) {
    String key = nodes.newKey();
    nodes.setRow(key, 0);
    nodes.send("read-all-the-time " + key);
    nodes.nodes.forEach(
        node -> {
          String ignored = node.await("reading " + key);
        });
    Random random = new Random(SEED);
    long end = System.nanoTime() + (long) (FULL_MILLIS * part * 1e6);
    int invalidations = 0;
    while (System.nanoTime() < end) {
      int by = random.nextInt(nodes.nodes.size());
      Node issuer = nodes.nodes.get(by);
      issuer.send("update");
      String[] words = issuer.await("updated").split(" ");
      under.add(new Update(Long.parseLong(words[0]), by, Long.parseLong(words[1])));
      invalidations++;
      while (under.size() > random.nextInt(4)) { // some overlap
        awaitDelivery(under.remove());
      }
    }
    under.forEach(this::awaitDelivery);
    long[] counts = new long[4];
    for (Node node : nodes.nodes) {
      node.send("end-reads");
      String[] words = node.await("counted").split(" ");
      for (int i = 0; i < counts.length; i++) {
        counts[i] += Long.parseLong(words[i]);
      }
    }
    check(counts[0] > invalidations, "more reads than invalidations, not " + counts[0]);
    check(counts[1] > 0, "loads");
    check(counts[2] == 0, "no stale read on the node that invalidated, not " + counts[2]);
    check(counts[3] == 0, "no stale read after the delivery, not " + counts[3]);
    System.out.printf(
        "invalidation at random: %d, of a row that 3 nodes read all the time (%d reads, %d loads):"
            + " 0 stale on the node that invalidated, 0 on others after the delivery%n",
        invalidations, counts[0], counts[1]);
    ProcessFigures.print(
        "from the call to another JVM's cache", deliveries.stream().mapToLong(x -> x).toArray());
  }

  private void awaitDelivery(Update update) {
    for (int i = 0; i < nodes.nodes.size(); i++) {
      if (i != update.by) {
        long at = Long.parseLong(nodes.nodes.get(i).await("delivered " + update.version));
        deliveries.add(at - update.start);
      }
    }
  }
}
