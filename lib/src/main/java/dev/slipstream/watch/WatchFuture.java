package dev.slipstream.watch;

import dev.slipstream.internal.OwnedFuture;

/** The future of a wait: it stands for what wakes the wait, which its owner gives up. */
abstract class WatchFuture<T> extends OwnedFuture<T> {

  /** Completes this with what was waited for. */
  final void succeed(T value) {
    boolean unused = deliver(value, null);
  }

  /** Fails this because the wait did. */
  final void fail(Throwable failure) {
    boolean unused = deliver(null, failure);
  }

  @Override
  public final void obtrudeValue(T value) {
    release();
    super.obtrudeValue(value);
  }

  @Override
  public final void obtrudeException(Throwable failure) {
    release();
    super.obtrudeException(failure);
  }
}
