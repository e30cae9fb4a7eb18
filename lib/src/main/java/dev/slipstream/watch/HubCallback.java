package dev.slipstream.watch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs something at each tick of a key, on the thread that ticks: it has to be quick. */
final class HubCallback<K> extends HubWatch<K> {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeHub.class);

  private final Runnable callback;

  HubCallback(ChangeHub<K> hub, HubEntry<K> entry, Runnable callback) {
    super(hub, entry);
    this.callback = callback;
  }

  /**
   * Runs the callback; what it throws is logged, and harms neither the thread that ticks nor
   * another watch.
   */
  @Override
  void ticked() {
    if (isClosed()) {
      return;
    }
    try {
      callback.run();
    } catch (Throwable e) {
      LOG.warn("a callback on the changes of a key failed", e);
    }
  }
}
