package dev.slipstream.watch;

/**
 * A registration of a {@link StateListener}.
 *
 * <p>Not for implementation by users: methods may be added.
 */
public interface StateListenerHandle extends AutoCloseable {
  /**
   * Takes the listener off: it is not told of any change that has not reached it yet. A call of it
   * that is under way on another thread runs to its end. A second close does nothing.
   */
  @Override
  void close();
}
