package dev.slipstream.page;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The page's clock, one thread: once an interval it notes the numbers of each cache and, if there
 * are open pages, makes one state for all of them; and it looks for writes that take too long.
 */
final class Sampler {
  private static final Logger LOG = System.getLogger(FlightPage.class.getName());
  private static final int LOOKS = 4; // at each write, within its time

  private final PageState state;
  private final EventStreams streams;
  private final ScheduledThreadPoolExecutor executor;

  Sampler(PageState state, EventStreams streams, ThreadFactory threads) {
    this.state = state;
    this.streams = streams;
    this.executor =
        new ScheduledThreadPoolExecutor(1, threads, new ThreadPoolExecutor.DiscardPolicy());
  }

  void start(Duration every, Writes writes, Duration writeTimeout) {
    long look = Math.max(1, Durations.nanos(writeTimeout) / LOOKS);
    repeat(this::sample, Durations.nanos(every));
    repeat(() -> writes.endLongerThan(writeTimeout), look);
  }

  private void repeat(Runnable task, long nanos) {
    var unused =
        executor.scheduleWithFixedDelay(() -> runLogged(task), 0, nanos, TimeUnit.NANOSECONDS);
  }

  private void sample() {
    state.sample();
    publish();
  }

  /** Has the open pages shown what is new before the interval is over. */
  void publishSoon() {
    executor.execute(() -> runLogged(this::publish));
  }

  private void publish() {
    if (!streams.isEmpty()) {
      streams.publish(EventStream.event("state", state.all()));
    }
  }

  /** A task that throws is not repeated: the next time may do better. */
  private static void runLogged(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      LOG.log(Level.WARNING, "the flight page could not look at its caches", e);
    }
  }

  void close() {
    executor.shutdownNow();
  }
}
