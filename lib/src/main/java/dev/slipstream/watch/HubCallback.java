package dev.slipstream.watch;

/** Runs something at each tick of a key, on the thread that ticks: it has to be quick. */
final class HubCallback<K> extends HubWatch<K> {
  private final Runnable callback;

  HubCallback(ChangeHub<K> hub, HubEntry<K> entry, Runnable callback) {
    super(hub, entry);
    this.callback = callback;
  }

  @Override
  void ticked() {
    if (!isClosed()) {
      callback.run();
    }
  }
}
