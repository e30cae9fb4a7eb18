package dev.slipstream.examples.comparison;

import dev.slipstream.examples.shared.Request;
import dev.slipstream.examples.shared.Zipf;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The load: the same options and seed give the same requests, in the same order and at the same
 * times, for each of the three runs.
 *
 * <p>Requests arrive at random, whether or not the earlier ones have been answered, as in an open
 * system. The items follow {@link Zipf}'s law. At the start of the run, on a cold cache, and again
 * in the middle, all clients request one item that was never requested before.
 *
 * <p>Three of four clients wait for 1 to 2 seconds; the fourth leaves after 0.2 to 1.2 times the
 * duration of a query on an idle machine.
 */
final class LoadPlan {
  static final int POPULAR_ITEMS = 300;

  private static final double EXPONENT = 1.2;
  private static final double IMPATIENT = 0.25;
  private static final int LONG_TIMEOUT_MILLIS = 1_000;

  private final RandomGenerator random;
  private final int queryMillis;

  private LoadPlan(long seed, int queryMillis) {
    random = new SplittableRandom(seed);
    this.queryMillis = queryMillis;
  }

  /**
   * Returns the requests of one run.
   *
   * @param options the number of clients, the length and the seed
   * @param rate requests a second between the bursts
   * @param queryMillis how long one query takes when the database is idle
   * @return the requests, by the time at which they are sent
   */
  static List<Request> make(Options options, double rate, int queryMillis) {
    LoadPlan plan = new LoadPlan(options.seed(), queryMillis);
    int millis = options.seconds() * 1_000;
    List<Request> requests = new ArrayList<>();
    plan.addBurst(requests, 0, POPULAR_ITEMS + 1, options.clients());
    plan.addBurst(requests, millis / 2, POPULAR_ITEMS + 2, options.clients());
    plan.addArrivals(requests, millis, rate);
    requests.sort(Comparator.comparingInt(Request::atMillis));
    return requests;
  }

  private void addBurst(List<Request> requests, int atMillis, int item, int clients) {
    for (int i = 0; i < clients; i++) {
      requests.add(new Request(atMillis, item, timeoutMillis()));
    }
  }

  private void addArrivals(List<Request> requests, int millis, double rate) {
    Zipf items = new Zipf(POPULAR_ITEMS, EXPONENT);
    double at = gapMillis(rate);
    while (at < millis) {
      requests.add(new Request((int) at, items.next(random), timeoutMillis()));
      at += gapMillis(rate);
    }
  }

  /** Draws the time between two independent arrivals. */
  private double gapMillis(double rate) {
    return -Math.log(1 - random.nextDouble()) * 1_000 / rate;
  }

  private int timeoutMillis() {
    if (random.nextDouble() < IMPATIENT) {
      return Math.max(5, (int) (queryMillis * (0.2 + random.nextDouble())));
    }
    return LONG_TIMEOUT_MILLIS + random.nextInt(LONG_TIMEOUT_MILLIS);
  }
}
