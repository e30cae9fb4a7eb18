package dev.slipstream.examples.outage;

import dev.slipstream.examples.outage.Phases.Phase;
import dev.slipstream.examples.shared.Reply;
import dev.slipstream.examples.shared.RunResult;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The result of one run. Requests count in the second in which they were to be sent.
 *
 * @param name of the backend: the cache, a space, and the variant
 * @param replies to all requests
 * @param loads how often the loader was called
 * @param calls of the database, in each second
 * @param options of the program
 */
record OutageResult(
    String name, List<Reply> replies, long loads, List<Integer> calls, Options options) {
  /** From the end of a load until its value is stored, and from the lookup to the response. */
  private static final Duration ON_THE_WAY = Duration.ofMillis(100);

  static OutageResult of(
      String name, Collection<Reply> replies, long loads, int[] calls, Options options) {
    return new OutageResult(
        name, List.copyOf(replies), loads, IntStream.of(calls).boxed().toList(), options);
  }

  /** Returns the first word of the name. */
  String cache() {
    return name.substring(0, name.indexOf(' '));
  }

  /** Returns the second word of the name. */
  String variant() {
    return variant(name);
  }

  static String variant(String name) {
    return name.substring(name.indexOf(' ') + 1);
  }

  int requests() {
    return replies.size();
  }

  int served() {
    return count(Reply::succeeded);
  }

  int failed() {
    return requests() - served();
  }

  /** Returns how many of the failed requests were for items that were cached before the outage. */
  int failedOfCached() {
    return count(reply -> !reply.succeeded() && !isNew(reply));
  }

  /** Returns how many of the failed requests were for items that are new. */
  int failedOfNew() {
    return count(reply -> !reply.succeeded() && isNew(reply));
  }

  private boolean isNew(Reply reply) {
    return OutagePlan.isNew(reply.request().item(), options);
  }

  /** Returns the share of stale values among the answers. */
  double staleShare() {
    return (double) count(this::isStale) / Math.max(1, served());
  }

  /** Returns the share of stale values among the answers to requests of the outage. */
  double staleShareOfOutage() {
    int served = count(reply -> reply.succeeded() && isOfOutage(reply));
    return (double) count(reply -> isStale(reply) && isOfOutage(reply)) / Math.max(1, served);
  }

  /** Returns whether the answer was older than its time to live. */
  private boolean isStale(Reply reply) {
    return reply.succeeded()
        && Answer.ageMillis(reply.text()) > options.timeToLive().plus(ON_THE_WAY).toMillis();
  }

  /** Returns the age of the oldest answer in milliseconds. */
  long oldestMillis() {
    return replies.stream()
        .filter(Reply::succeeded)
        .mapToLong(reply -> Answer.ageMillis(reply.text()))
        .max()
        .orElse(0);
  }

  /** Returns the 99th percentile of the latency of the requests of the outage, failed or not. */
  long p99OfOutageNanos() {
    long[] nanos =
        replies.stream().filter(this::isOfOutage).mapToLong(Reply::nanos).sorted().toArray();
    return RunResult.percentile(nanos, 99);
  }

  private boolean isOfOutage(Reply reply) {
    return options.phases().at(second(reply)) == Phase.DURING;
  }

  /** Returns the calls of the database a second, in a phase. */
  double callsPerSecond(Phase phase) {
    Phases phases = options.phases();
    int sum =
        IntStream.range(0, calls.size())
            .filter(second -> phases.at(second) == phase)
            .map(calls::get)
            .sum();
    return (double) sum / phases.seconds(phase);
  }

  /** Returns how many requests of each second were served. */
  int[] servedPerSecond() {
    return perSecond(Reply::succeeded);
  }

  /** Returns how many requests of each second failed. */
  int[] failedPerSecond() {
    return perSecond(reply -> !reply.succeeded());
  }

  private int[] perSecond(Predicate<Reply> which) {
    int[] counts = new int[options.phases().seconds()];
    replies.stream().filter(which).forEach(reply -> counts[second(reply)]++);
    return counts;
  }

  private static int second(Reply reply) {
    return reply.request().atMillis() / 1_000;
  }

  private int count(Predicate<Reply> which) {
    return (int) replies.stream().filter(which).count();
  }
}
