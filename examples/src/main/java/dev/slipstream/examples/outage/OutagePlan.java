package dev.slipstream.examples.outage;

import dev.slipstream.examples.shared.Request;
import dev.slipstream.examples.shared.Zipf;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The load: the same requests, at the same times, for each run.
 *
 * <p>In the first half of the time before the outage each item is requested once, so that all are
 * cached before the database fails. Besides, requests arrive at random, for items by {@link Zipf}'s
 * law. From the start of the outage one request in twenty is for one of a few items that are new:
 * no cache can have a value of those.
 */
final class OutagePlan {
  private static final int NEW_ITEMS = 5;
  private static final double NEW = 0.05;
  private static final double EXPONENT = 1;
  private static final int TIMEOUT_MILLIS = 1_000;

  private final RandomGenerator random;
  private final Options options;
  private final Zipf items;

  private OutagePlan(Options options) {
    this.options = options;
    random = new SplittableRandom(options.seed());
    items = new Zipf(options.items(), EXPONENT);
  }

  /** Returns the requests of one run, by the time at which they are sent. */
  static List<Request> make(Options options) {
    OutagePlan plan = new OutagePlan(options);
    List<Request> requests = new ArrayList<>();
    plan.addEachItem(requests);
    plan.addArrivals(requests);
    requests.sort(Comparator.comparingInt(Request::atMillis));
    return requests;
  }

  /** Returns whether an item is requested for the first time during the outage. */
  static boolean isNew(int item, Options options) {
    return item > options.items();
  }

  private void addEachItem(List<Request> requests) {
    int millis = options.phases().before() * 1_000 / 2;
    for (int i = 0; i < options.items(); i++) {
      int at = (int) ((long) millis * i / options.items());
      requests.add(new Request(at, i + 1, TIMEOUT_MILLIS));
    }
  }

  private void addArrivals(List<Request> requests) {
    Phases phases = options.phases();
    double at = gapMillis();
    while (at < phases.seconds() * 1_000) {
      boolean isNew = at >= phases.before() * 1_000 && random.nextDouble() < NEW;
      int item = isNew ? options.items() + 1 + random.nextInt(NEW_ITEMS) : items.next(random);
      requests.add(new Request((int) at, item, TIMEOUT_MILLIS));
      at += gapMillis();
    }
  }

  /** Draws the time between two independent arrivals. */
  private double gapMillis() {
    return -Math.log(1 - random.nextDouble()) * 1_000 / options.rate();
  }
}
