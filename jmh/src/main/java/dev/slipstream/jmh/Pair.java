package dev.slipstream.jmh;

import java.util.function.Function;
import java.util.function.IntFunction;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * Both sides of a benchmark, to be run outside of JMH, by {@link InTurn}.
 *
 * @param slipstream makes a thread's side, by the thread's number
 * @param peer the same for the peer
 * @param operations how many operations a call is
 */
record Pair(IntFunction<Side> slipstream, IntFunction<Side> peer, int operations, int threads) {
  /** A thread's calls of a benchmark's method. */
  @FunctionalInterface
  interface Side {
    Object run() throws Exception;
  }

  static Pair of(String row) {
    return switch (row) {
      case "hit-half-full" -> hit(1, "half");
      case "hit-hardly-full" -> hit(1, "hardly");
      case "hits-half-full" -> hit(4_096, "half");
      case "hits-hardly-full" -> hit(4_096, "hardly");
      case "miss" -> miss();
      case "fresh-keys" -> freshKeys();
      case "done-loader" -> doneLoader();
      case "blocking-get" -> blockingGet();
      case "join-leave" -> joinLeave();
      case "fan-out" -> fanOut(10_000);
      case "hot-key" -> hotKey();
      default ->
          throw new IllegalArgumentException(
              "no row is named %s: see the cases of Pair.of".formatted(row));
    };
  }

  private static Pair hit(int keys, String full) {
    HitBenchmark benchmark = new HitBenchmark();
    HitBenchmark.HitKeys slipstreamKeys = keys(keys, full);
    HitBenchmark.Slipstream slipstream = new HitBenchmark.Slipstream();
    slipstream.fill(slipstreamKeys);
    HitBenchmark.HitKeys asyncKeys = keys(keys, full);
    HitBenchmark.Async async = new HitBenchmark.Async();
    async.fill(asyncKeys);
    HitBenchmark.Reader slipstreamReader = reader(slipstreamKeys);
    HitBenchmark.Reader asyncReader = reader(asyncKeys);
    return ofOneThread(
        () -> benchmark.slipstream(slipstream, slipstreamReader),
        () -> benchmark.asyncCache(async, asyncReader),
        1);
  }

  private static HitBenchmark.HitKeys keys(int count, String full) {
    HitBenchmark.HitKeys keys = new HitBenchmark.HitKeys();
    keys.keys = count;
    keys.full = full;
    keys.makeKeys();
    return keys;
  }

  private static HitBenchmark.Reader reader(HitBenchmark.HitKeys keys) {
    HitBenchmark.Reader reader = new HitBenchmark.Reader();
    reader.start(keys);
    return reader;
  }

  private static Pair miss() {
    MissBenchmark benchmark = new MissBenchmark();
    Sides.Slipstream slipstream = new Sides.Slipstream();
    Sides.Async async = new Sides.Async();
    return ofCallers(
        caller -> () -> benchmark.slipstream(slipstream, caller),
        caller -> () -> benchmark.asyncCache(async, caller));
  }

  private static Pair freshKeys() {
    FreshKeysBenchmark benchmark = new FreshKeysBenchmark();
    Sides.Slipstream slipstream = new Sides.Slipstream();
    Sides.Async async = new Sides.Async();
    return ofCallers(
        caller -> () -> benchmark.slipstream(slipstream, caller),
        caller -> () -> benchmark.asyncCache(async, caller));
  }

  private static Pair doneLoader() {
    DoneLoaderBenchmark benchmark = new DoneLoaderBenchmark();
    Sides.Slipstream slipstream = new Sides.Slipstream();
    Sides.Async async = new Sides.Async();
    return ofCallers(
        caller -> () -> benchmark.slipstream(slipstream, caller),
        caller -> () -> benchmark.asyncCache(async, caller));
  }

  private static Pair blockingGet() {
    BlockingGetBenchmark benchmark = new BlockingGetBenchmark();
    Sides.SameThreadSlipstream slipstream = new Sides.SameThreadSlipstream();
    Sides.Caffeine caffeine = new Sides.Caffeine();
    return ofCallers(
        caller -> () -> benchmark.slipstream(slipstream, caller),
        caller -> () -> benchmark.caffeine(caffeine, caller));
  }

  private static Pair ofCallers(Function<Caller, Side> slipstream, Function<Caller, Side> peer) {
    return ofOneThread(slipstream.apply(caller()), peer.apply(caller()), 1);
  }

  private static Caller caller() {
    Caller caller = new Caller();
    caller.keys = 1 << 14;
    caller.makeKeys(new ThreadParams(0, 1, 0, 1, 0, 1, 0, 1, 0, 1));
    return caller;
  }

  private static Pair ofOneThread(Side slipstream, Side peer, int operations) {
    return new Pair(thread -> slipstream, thread -> peer, operations, 1);
  }

  private static Pair joinLeave() {
    JoinLeaveBenchmark benchmark = new JoinLeaveBenchmark();
    Sides.Slipstream slipstream = new Sides.Slipstream();
    Sides.Async async = new Sides.Async();
    JoinLeaveBenchmark.Pending slipstreamFetch = new JoinLeaveBenchmark.Pending();
    JoinLeaveBenchmark.Pending asyncFetch = new JoinLeaveBenchmark.Pending();
    slipstreamFetch.awaiters = 1;
    asyncFetch.awaiters = 1;
    return ofOneThread(
        () -> benchmark.slipstream(slipstream, slipstreamFetch),
        () -> benchmark.asyncCache(async, asyncFetch),
        JoinLeaveBenchmark.BATCH);
  }

  private static Pair fanOut(int awaiters) {
    FanOutBenchmark benchmark = new FanOutBenchmark();
    Sides.Slipstream slipstream = new Sides.Slipstream();
    Sides.Async async = new Sides.Async();
    FanOutBenchmark.Fan slipstreamFan = fan(awaiters);
    FanOutBenchmark.Fan asyncFan = fan(awaiters);
    return ofOneThread(
        () -> benchmark.slipstream(slipstream, slipstreamFan),
        () -> benchmark.asyncCache(async, asyncFan),
        awaiters);
  }

  private static FanOutBenchmark.Fan fan(int awaiters) {
    FanOutBenchmark.Fan fan = new FanOutBenchmark.Fan();
    fan.awaiters = awaiters;
    fan.create();
    return fan;
  }

  private static Pair hotKey() {
    HotKeyBenchmark benchmark = new HotKeyBenchmark();
    Sides.Slipstream slipstream = new Sides.Slipstream();
    Sides.Async async = new Sides.Async();
    return new Pair(
        thread -> {
          HotKeyBenchmark.Turns turns = new HotKeyBenchmark.Turns();
          return () -> benchmark.slipstream(slipstream, turns);
        },
        thread -> {
          HotKeyBenchmark.Turns turns = new HotKeyBenchmark.Turns();
          return () -> benchmark.asyncCache(async, turns);
        },
        1,
        2);
  }
}
