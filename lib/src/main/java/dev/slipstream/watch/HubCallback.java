package dev.slipstream.watch;

import dev.slipstream.internal.Texts;
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

  @Override
  void ticked() {
    if (isClosed()) {
      return;
    }
    try {
      callback.run();
    } catch (Throwable e) { // the callback's own: it is not to be run again
      Texts.warn(LOG, "a callback on the changes of a key failed", e);
    }
  }
}
