package dev.slipstream.watch;

import dev.slipstream.internal.Timer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What makes one wait look again: ticks, on the thread that ticks, and polls, on the executor.
 * Looks can run at the same time on several threads.
 */
final class Wakeups<K> {
  private final K key;
  private final @Nullable ChangeHub<K> hub;
  private final @Nullable Poller poller;
  private final Runnable look;

  /**
   * Written once by the thread that begins, and read by the one that stops: each writes first, and
   * then reads.
   */
  private volatile @Nullable HubCallback<K> callback;

  /** Set by the thread that stops, read by the one that begins. */
  private volatile boolean stopped;

  /**
   * Makes wake-ups that have not begun.
   *
   * @param look looks again
   * @param onFailure ends the wait if it cannot be polled
   */
  Wakeups(K key, AwaiterSettings<K> settings, Runnable look, Consumer<Throwable> onFailure) {
    this.key = key;
    this.hub = settings.hub();
    this.look = look;
    Timer timer = settings.timer();
    this.poller = timer == null ? null : new Poller(timer, settings.executor(), look, onFailure);
  }

  /** Begins to look at each tick; to be called before the first look. */
  void subscribe() {
    if (hub == null) {
      return;
    }
    HubCallback<K> added = hub.callback(key, this::ticked);
    callback = added;
    if (stopped) {
      boolean ignored = added.leave();
    }
  }

  /** Begins to poll; to be called after the first look. */
  void poll() {
    if (poller != null) {
      poller.restart();
    }
  }

  void stop() {
    stopped = true;
    HubCallback<K> added = callback;
    try {
      if (added != null) {
        boolean ignored = added.leave(); // which calls the key's hashCode
      }
    } finally {
      if (poller != null) {
        poller.stop();
      }
    }
  }

  private void ticked() {
    look.run();
    poll();
  }
}
