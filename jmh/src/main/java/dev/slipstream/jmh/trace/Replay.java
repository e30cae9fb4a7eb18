package dev.slipstream.jmh.trace;

import dev.slipstream.jmh.Checks;
import dev.slipstream.jmh.VirtualThreads;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends the requests of a trace at their times, each on a virtual thread of its own, whether the
 * ones before it were answered or not: a caller's wait counts from the time at which it was to ask.
 */
final class Replay {
  static final long LOAD_MILLIS = 10;

  /** Callers that give up do so before any load that they start can have completed. */
  private static final long PATIENCE_NANOS = LOAD_MILLIS * 1_000_000 / 2;

  private static final long FOREVER_SECONDS = 60;

  private final ThreadFactory threads = VirtualThreads.factory();
  private final Map<Integer, AtomicInteger> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger failed = new AtomicInteger();
  private final Request[] requests;
  private final long[] waits;
  private final Backend backend;
  private final Side side;

  Replay(String side, Request[] requests, int connections) {
    this.requests = requests;
    waits = new long[requests.length];
    for (Request request : requests) {
      waiting.computeIfAbsent(request.key(), key -> new AtomicInteger());
    }
    backend = new Backend(threads, connections, LOAD_MILLIS, key -> waiting.get(key).get() > 0);
    this.side = Side.of(side, backend);
  }

  Outcome run() throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(requests.length);
    long start = System.nanoTime();
    for (int i = 0; i < requests.length; i++) {
      int index = i;
      long due = start + requests[i].atNanos();
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      threads
          .newThread(
              () -> {
                ask(index, due);
                ended.countDown();
              })
          .start();
    }
    Checks.require(ended.await(FOREVER_SECONDS, TimeUnit.SECONDS), "callers were left waiting");
    awaitLoads();
    side.close();
    return new Outcome(
        backend.started.get(),
        backend.finished.get(),
        backend.finishedForNobody.get(),
        failed.get(),
        Arrays.stream(waits).filter(wait -> wait > 0).sorted().toArray());
  }

  /** Loads that nobody waits for any more count as well. */
  private static void awaitLoads() throws InterruptedException {
    Thread.sleep(20 * LOAD_MILLIS);
  }

  /** A caller that stays asks again if another one's cancellation failed its call. */
  private void ask(int index, long due) {
    Request request = requests[index];
    AtomicInteger callers = waiting.get(request.key());
    callers.incrementAndGet();
    boolean answered = false;
    while (!answered) {
      answered = request.givesUp() ? askOrGiveUp(request) : askAndStay(request);
    }
    callers.decrementAndGet();
    if (!request.givesUp()) {
      waits[index] = System.nanoTime() - due;
    }
  }

  private boolean askAndStay(Request request) {
    CompletableFuture<Integer> asked = side.ask(request.key());
    try {
      requireOwn(request, asked.get(FOREVER_SECONDS, TimeUnit.SECONDS));
      return true;
    } catch (CancellationException e) {
      failed.incrementAndGet();
      return false;
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException("a caller that stayed got no value", e);
    }
  }

  private boolean askOrGiveUp(Request request) {
    CompletableFuture<Integer> asked = side.ask(request.key());
    try {
      requireOwn(request, asked.get(PATIENCE_NANOS, TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      side.giveUp(asked);
    } catch (CancellationException e) {
      return true; // it would have given up as well
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("a caller that gives up got no value", e);
    }
    return true;
  }

  private static void requireOwn(Request request, Integer value) {
    Checks.requireEqual(request.key(), value, "a caller's value");
  }
}
