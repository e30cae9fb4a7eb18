package dev.slipstream.examples;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Makes the load: the same options and seed give the same requests, in the same order and at the
 * same times, for each of the three runs.
 *
 * <p>Requests arrive at random, whether or not the earlier ones have been answered: people do not
 * wait for each other. What they ask for follows {@link Zipf}'s law. At the start of the run, on a
 * cold cache, and again in the middle, all clients ask for one item that was never asked for
 * before.
 *
 * <p>Three of four clients are patient; the fourth leaves after 0.2 to 1.2 times what a query takes
 * on an idle machine.
 */
final class LoadPlan {
  static final int POPULAR_ITEMS = 300;

  private static final double EXPONENT = 1.2;
  private static final double IMPATIENT = 0.25;
  private static final int PATIENCE_MILLIS = 1_000;

  private final RandomGenerator random;
  private final int queryMillis;

  private LoadPlan(long seed, int queryMillis) {
    random = new SplittableRandom(seed);
    this.queryMillis = queryMillis;
  }

  /**
   * Makes the requests of one run.
   *
   * @param options the number of clients, the length and the seed
   * @param rate requests a second between the bursts
   * @param queryMillis how long one query takes when the database is idle
   * @return the requests, by the time they are sent at
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
      requests.add(new Request(atMillis, item, patience()));
    }
  }

  private void addArrivals(List<Request> requests, int millis, double rate) {
    Zipf items = new Zipf(POPULAR_ITEMS, EXPONENT);
    double at = gapMillis(rate);
    while (at < millis) {
      requests.add(new Request((int) at, items.next(random), patience()));
      at += gapMillis(rate);
    }
  }

  /** Draws the time between two arrivals that know nothing of each other. */
  private double gapMillis(double rate) {
    return -Math.log(1 - random.nextDouble()) * 1_000 / rate;
  }

  private int patience() {
    if (random.nextDouble() < IMPATIENT) {
      return Math.max(5, (int) (queryMillis * (0.2 + random.nextDouble())));
    }
    return PATIENCE_MILLIS + random.nextInt(PATIENCE_MILLIS);
  }
}
