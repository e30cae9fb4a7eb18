package dev.slipstream;

import org.jspecify.annotations.Nullable;

/**
 * Computes the value of a key by blocking work, on the cache's executor.
 *
 * <p>While it runs, {@link FetchContext#current()} reports whether its fetch has been given up;
 * when that happens its thread is interrupted as well.
 *
 * <pre>{@code
 * private @Nullable User queryUser(int id) throws SQLException {
 *   try (Connection connection = database.getConnection();
 *       PreparedStatement query =
 *           connection.prepareStatement("SELECT name FROM users WHERE id = ?")) {
 *     FetchContext.current().onAbandon(() -> cancel(query)); // an interrupt may not stop it
 *     query.setInt(1, id);
 *     ResultSet rows = query.executeQuery();
 *     return rows.next() ? new User(id, rows.getString("name")) : null;
 *   }
 * }
 * }</pre>
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface Loader<K, V> {

  /**
   * Computes the value.
   *
   * @param key the key that was asked for
   * @return the value, or null if there is none. A {@link java.util.concurrent.CompletionStage} is
   *     refused: use an {@link AsyncLoader}, {@code (key, context) -> …}, for work that is started
   *     and completes later
   * @throws Exception if the value cannot be loaded; every caller of this fetch gets this very
   *     instance
   */
  @Nullable V load(K key) throws Exception;

  /**
   * Computes a newer value of a key that is cached, as {@code refresh} and {@link
   * CoalescingCacheBuilder#refreshAfterWrite} ask for it. By default the same as {@link #load}. A
   * loader that finds the value unchanged returns the old instance: it is stored as if it was new,
   * and listeners are not notified.
   *
   * @param key the key that was asked for
   * @param old the value that is cached
   * @return the value, or null if there is none any more
   * @throws Exception if the value cannot be loaded; the old one stays
   */
  default @Nullable V reload(K key, V old) throws Exception {
    return load(key);
  }
}
