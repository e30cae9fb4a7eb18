package dev.slipstream.canal;

/**
 * Works through a canal on a thread of its own: pulls a batch, hands it to a handler, commits, and
 * pulls again. While there is nothing to pull, the thread waits and costs nothing.
 *
 * <p>An {@link EventCursor} is committed after each batch that was handled. If the handler, the
 * commit or the canal throws, the reactor ends, logs it and reports it by {@link CanalHandle#join};
 * a cursor is then {@linkplain EventCursor#rewind() rewound} to before the failed batch, which its
 * checkpoint does not cover either: a reactor that goes on gets that batch again.
 *
 * <p>It does not close the canal.
 *
 * <pre>{@code
 * EventCursor<String, Item> cursor = cache.events().cursor("search-index");
 * CanalHandle reactor =
 *     Reactor.run(
 *         cursor,
 *         batch -> {
 *           if (batch instanceof CanalBatch.Gap) {
 *             index.rebuild(cache.asMap()); // events are missing: read the cache itself
 *           } else {
 *             for (CacheEvent<String, Item> event : batch.items()) {
 *               index.update(event);
 *             }
 *           }
 *         });
 *
 * reactor.close(); // stops, waits, and throws what ended it, if anything did
 * cursor.close();
 * }</pre>
 */
public final class Reactor {
  private Reactor() {}

  /**
   * Starts a reactor with {@linkplain ReactorOptions#defaults() default options}.
   *
   * @param canal where to pull from
   * @param handler handles the batches
   * @param <E> the type of items
   * @return the running reactor
   */
  public static <E> CanalHandle run(Canal<E> canal, BatchHandler<E> handler) {
    return run(canal, handler, ReactorOptions.defaults());
  }

  /**
   * Starts a reactor.
   *
   * @param canal where to pull from
   * @param handler handles the batches
   * @param options how it works
   * @param <E> the type of items
   * @return the running reactor
   * @throws IllegalStateException if the thread factory of the options returns null
   */
  public static <E> CanalHandle run(
      Canal<E> canal, BatchHandler<E> handler, ReactorOptions options) {
    ReactorWorker<E> worker = new ReactorWorker<>(canal, handler, options);
    worker.start();
    return worker;
  }
}
