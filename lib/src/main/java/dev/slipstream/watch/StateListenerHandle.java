package dev.slipstream.watch;

/**
 * A registration of a {@link StateListener}.
 *
 * <p>Not for implementation by users: methods may be added.
 */
public interface StateListenerHandle extends AutoCloseable {
  /**
   * Removes the listener: it is not notified of changes that have not reached it yet. A call of it
   * that is under way on another thread runs to its end. A second close does nothing.
   */
  @Override
  void close();
}
