package dev.slipstream.examples.disconnects;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * One request of the load.
 *
 * @param atMillis when it is sent, in milliseconds after the start of the run
 * @param item the key
 * @param leavesAfterMillis when its client disconnects, in milliseconds after that; {@link #STAYS}
 *     if it waits for its answer
 */
record Visit(int atMillis, int item, int leavesAfterMillis) {
  static final int STAYS = -1;

  private static final double EARLIEST = 0.1;
  private static final double SPREAD = 0.4;

  boolean leaves() {
    return leavesAfterMillis != STAYS;
  }

  /**
   * Returns the load: the same options and query time give the same requests. The items follow each
   * other by the time of a query; each is asked for by some clients at once. Those that leave do so
   * when 10 to 50 percent of the time of a query have passed.
   */
  static List<Visit> plan(Options options, int queryMillis) {
    RandomGenerator random = new SplittableRandom(options.seed());
    List<Visit> visits = new ArrayList<>();
    for (int item = 1; item <= options.items(); item++) {
      int clients = 1 + random.nextInt(options.clients());
      for (int i = 0; i < clients; i++) {
        boolean leaves = random.nextInt(100) < options.leaving();
        int after = (int) (queryMillis * (EARLIEST + SPREAD * random.nextDouble()));
        visits.add(new Visit((item - 1) * queryMillis, item, leaves ? after : STAYS));
      }
    }
    return visits;
  }
}
