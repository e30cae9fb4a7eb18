package dev.slipstream.watch;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * One party's watch of one key of a {@link ChangeHub}. A change is <em>unseen</em> from the tick
 * until it is marked as seen, by {@link #markUnchanged()} or by an {@link #awaitChange} that
 * returns true. Several changes that come before that are one.
 *
 * <p>All methods may be called from any thread. A subscription that is shared by several threads
 * has one mark for all of them: a thread that needs every change takes a subscription of its own.
 *
 * <p>Close it: while it is open the hub keeps the key.
 *
 * <p>Not for implementation by users: methods may be added.
 */
public interface ChangeSubscription extends AutoCloseable {

  /**
   * Returns the key's version: it goes up by one with each tick, and never back. Once the
   * subscription is closed it can stand still.
   *
   * @return a number that means something only beside others of this subscription
   */
  long version();

  /**
   * Returns whether there is an unseen change: the key was ticked since this subscription was made,
   * or since a change was last marked as seen. Once the subscription is closed the answer can be
   * out of date.
   *
   * @return true if there is one
   */
  boolean hasChanged();

  /**
   * Marks all changes up to now as seen. Mark first and read afterwards: a change that comes
   * between the two is then unseen, and not lost.
   */
  void markUnchanged();

  /**
   * Waits for an unseen change and marks it as seen. If several threads wait on one subscription, a
   * change ends the wait of one of them at least.
   *
   * @param timeout how long to wait at most; zero to look without waiting
   * @return true if there was a change, which is now seen; false if the time was up
   * @throws InterruptedException if the thread was interrupted before or while it waited; a change
   *     remains unseen
   * @throws IllegalArgumentException if the timeout is negative
   * @throws IllegalStateException if the subscription is closed, or was closed meanwhile
   */
  boolean awaitChange(Duration timeout) throws InterruptedException;

  /**
   * Returns a future that completes with the {@link #version()} at the next unseen change; it is
   * complete already if there is one. It marks nothing as seen, since it may have been dropped by
   * then: call {@link #markUnchanged()} when you come to read, and then ask for the next.
   *
   * <p>Each call gives a future of its own. The hub's executor completes it, never the thread that
   * ticks. A future that is no longer needed should be cancelled, which takes it off the
   * subscription. When the subscription is closed, it fails with an {@link IllegalStateException}.
   *
   * @return a future of a version
   */
  CompletableFuture<Long> nextChange();

  /**
   * Ends the watch: threads that wait in {@link #awaitChange} and pending futures of {@link
   * #nextChange()} get an {@link IllegalStateException}. A second call does nothing.
   */
  @Override
  void close();
}
