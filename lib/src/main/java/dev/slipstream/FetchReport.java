package dev.slipstream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What listeners are notified of one fetch, with no lock held, each by the thread that does it.
 *
 * <p>Its start comes first and its end last, though they are the doings of different threads. A
 * caller that joins or leaves before the start is reported leaves that to the thread which reports
 * the start; and an end that comes while others are being notified is left to the last of those.
 */
final class FetchReport<K> {
  private final FetchListeners<K> listeners;
  private final K key;
  private final long fetchId;
  private final long startNanos = System.nanoTime();

  // Guarded by this.
  private int callers;
  private boolean starting;
  private boolean started;

  /** How many joined and left before the start was reported. */
  private int earlyJoins;

  private int earlyLeaves;

  /** How many notifications are under way, after the start. */
  private int underWay;

  /** The end that waits for those. */
  private @Nullable FetchEnd end;

  FetchReport(FetchListeners<K> listeners, K key, long fetchId) {
    this.listeners = listeners;
    this.key = key;
    this.fetchId = fetchId;
  }

  /** A caller has made the flight. */
  synchronized void first() {
    callers++;
  }

  /**
   * A caller has joined: true if {@link #joined} is to be called, with no lock held. Called before
   * the flight can end, as the next.
   */
  synchronized boolean join() {
    callers++;
    if (started) {
      underWay++;
    } else {
      earlyJoins++;
    }
    return started;
  }

  void joined() {
    listeners.onJoin(fetchId, key);
    notified();
  }

  /** A caller has left: true if {@link #left} is to be called, with no lock held. */
  synchronized boolean leave() {
    if (started) {
      underWay++;
    } else {
      earlyLeaves++;
    }
    return started;
  }

  void left() {
    listeners.onLeave(fetchId, key);
    notified();
  }

  /** The flight is a fetch; only the first call does anything. Called with no lock held. */
  void start() {
    synchronized (this) {
      if (starting) {
        return;
      }
      starting = true;
    }
    listeners.onStart(fetchId, key);
    while (!isAllReported()) {
      reportEarly();
    }
    endIfDue();
  }

  /** Marks the start as reported, unless there is more to report with it. */
  private synchronized boolean isAllReported() {
    started = earlyJoins + earlyLeaves == 0;
    return started;
  }

  private void reportEarly() {
    int joins;
    int leaves;
    synchronized (this) {
      joins = earlyJoins;
      leaves = earlyLeaves;
      earlyJoins = 0;
      earlyLeaves = 0;
    }
    for (int i = 0; i < joins; i++) {
      listeners.onJoin(fetchId, key);
    }
    for (int i = 0; i < leaves; i++) {
      listeners.onLeave(fetchId, key);
    }
  }

  /** The fetch has ended. Called once, with no lock held. */
  void end(FetchEnd.Outcome outcome, @Nullable Throwable failure, boolean fenced) {
    start();
    Duration duration = Duration.ofNanos(System.nanoTime() - startNanos);
    synchronized (this) {
      end = new FetchEnd(outcome, duration, callers, fenced, failure);
    }
    endIfDue();
  }

  private void notified() {
    synchronized (this) {
      underWay--;
    }
    endIfDue();
  }

  private void endIfDue() {
    FetchEnd due;
    synchronized (this) {
      if (!started || underWay > 0) {
        return;
      }
      due = end;
      end = null;
    }
    if (due != null) {
      listeners.onEnd(fetchId, key, due);
    }
  }
}
