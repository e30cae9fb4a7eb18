package dev.slipstream.canal;

/**
 * A handle on a worker of a canal. All methods may be called from any thread.
 *
 * <p>Not for implementation by users: methods may be added.
 */
public interface CanalHandle extends AutoCloseable {
  /**
   * Asks the worker to end after the batch in hand, and returns at once. A worker that waits in
   * {@link Canal#pullBatch} is interrupted there; the handler never is. The canal stays open. A
   * second call does nothing; the handler itself may call it.
   */
  void stop();

  /**
   * Waits until the worker has ended: by {@link #stop}, by the end of its canal, or by an error.
   *
   * @throws CanalWorkerException if it ended by an error, each time
   * @throws InterruptedException if the thread is or gets interrupted; the worker goes on
   * @throws IllegalStateException if the worker calls it itself, and would wait forever
   */
  void join() throws InterruptedException;

  /**
   * Does {@link #stop} and then {@link #join}.
   *
   * @throws CanalWorkerException if the worker ended by an error
   * @throws InterruptedException if the thread is or gets interrupted; the worker is stopped
   * @throws IllegalStateException if the worker calls it itself; it is not stopped then
   */
  void stopAndJoin() throws InterruptedException;

  /**
   * Does {@link #stop}, and waits until the worker has ended, even if the thread is interrupted,
   * whose flag it keeps.
   *
   * @throws CanalWorkerException if the worker ended by an error
   * @throws IllegalStateException if the worker calls it itself; it is not stopped then
   */
  @Override
  void close();
}
