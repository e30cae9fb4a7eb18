package dev.slipstream.canal;

/**
 * Handles the batches that a {@link Reactor} pulls.
 *
 * @param <E> the type of items
 */
@FunctionalInterface
public interface BatchHandler<E> {
  /**
   * Handles a batch, on the reactor's thread. The next is pulled when this returns.
   *
   * @param batch one item, many, or a gap; never empty
   * @throws Exception if it cannot be handled: this ends the reactor
   */
  void handle(CanalBatch<E> batch) throws Exception;
}
