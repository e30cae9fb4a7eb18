package dev.slipstream;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/**
 * What a running loader can ask about its fetch: whether any caller still waits for the value, and
 * where to run blocking work.
 *
 * <p>It is the {@link Executor} that the cache was given for loaders, so that loaders written for
 * Caffeine's {@code (key, executor)} compile as they are. All methods may be called from any
 * thread, during the fetch and after it. A loader must not keep it longer than it runs: a context
 * keeps its fetch from being collected.
 *
 * <pre>{@code
 * Report readReport(int id) { // a Loader
 *   FetchContext context = FetchContext.current();
 *   Report report = new Report();
 *   for (Page page : pages(id)) {
 *     if (context.isAbandoned()) {
 *       throw new CancellationException("no caller waits for report " + id);
 *     }
 *     report.add(page);
 *   }
 *   return report;
 * }
 * }</pre>
 *
 * <p>Not for implementation by users: methods may be added.
 */
public interface FetchContext extends Executor {

  /**
   * Returns the context of the fetch whose {@link Loader} runs on this thread.
   *
   * @return the context
   * @throws IllegalStateException if no loader runs on this thread
   */
  static FetchContext current() {
    return LoadStack.currentContext();
  }

  /**
   * Returns the context of the fetch whose {@link Loader} runs on this thread, for code that may
   * also run outside of one.
   *
   * @return the context; empty if no loader runs on this thread
   */
  static Optional<FetchContext> ifCurrent() {
    return Optional.ofNullable(LoadStack.currentContextIfAny());
  }

  /**
   * Returns the key that is loaded.
   *
   * @return the key; for a bulk load the set of its keys, unmodifiable
   */
  Object key();

  /**
   * Returns the name of the cache.
   *
   * @return what {@link CoalescingCache#name()} returns
   */
  String cacheName();

  /**
   * Returns the number of the fetch, by which logs, events and listeners of one fetch are brought
   * together. It is given on first use, and no other fetch of the cache has it; a higher number
   * does not mean a later fetch.
   *
   * @return the number, which the handles of the fetch have as well; for a bulk load, whose keys
   *     are a fetch each, that of its first key
   */
  long fetchId();

  /**
   * Returns whether the fetch has been given up: the last caller left, the fetch timed out or was
   * aborted, or the cache was closed.
   *
   * @return true once the fetch was given up; it then never becomes false again
   */
  boolean isAbandoned();

  /**
   * Registers a hook that stops the work, such as one that calls {@code Statement.cancel}. It runs
   * at most once, as a task on the cache's continuation executor, when the fetch is given up (see
   * {@link #isAbandoned()}); at once if it has been already; never if the fetch completes. What it
   * throws is logged.
   *
   * <p>The thread of a blocking {@link Loader} is interrupted as well, but only a tenth of a second
   * after its hooks have run, if the load has not ended by then, or after a second if they have
   * not: an interrupt could else spoil what a hook does, as it closes the socket that a virtual
   * thread reads from. Without a hook it is interrupted at once.
   *
   * @param hook stops the work
   */
  void onAbandon(Runnable hook);

  /**
   * Sets how long this fetch's value is cached, in the place of the cache's own time to live, and
   * be it longer. A time since the last access ({@code expireAfterAccess}) still applies. The last
   * call before the loader has completed counts. In a bulk load it concerns all keys.
   *
   * <pre>{@code
   * AsyncLoader<Integer, String> loader =
   *     (id, context) ->
   *         client
   *             .send(request(id))
   *             .thenApply(
   *                 response -> {
   *                   response.maxAge().ifPresent(context::expireAfter);
   *                   return response.body();
   *                 });
   * }</pre>
   *
   * @param duration a time by the cache's ticker, more than zero
   * @throws IllegalArgumentException if it is not more than zero
   * @throws IllegalStateException if the cache was built without any expiry
   */
  void expireAfter(Duration duration);

  /**
   * Keeps what this fetch brings out of the cache: its callers get it, and the next caller fetches
   * again. A value that is cached, and that this fetch was to refresh, stays. Once set it stays
   * set; a call after the loader has completed has no effect. In a bulk load it concerns all keys.
   */
  void doNotStore();

  /**
   * Gives this fetch's value tags, so that {@link CoalescingCache#invalidateTag} removes it with
   * all others of the tag. Calls add up. A tag may be named late, when the value is known: a value
   * whose tag was invalidated after the fetch began is not stored, and callers that came after the
   * invalidation get another fetch. A call after the loader has completed has no effect. In a bulk
   * load it concerns all keys.
   *
   * <pre>{@code
   * AsyncLoader<Integer, String> loader =
   *     (id, context) ->
   *         client
   *             .send(request(id))
   *             .thenApply(
   *                 response -> {
   *                   context.tag("page", "author-" + response.author());
   *                   return response.body();
   *                 });
   * }</pre>
   *
   * @param tags the names of the tags
   */
  void tag(String... tags);

  /**
   * Returns the token of the lease by which this node runs the fetch for all that share its ledger.
   * Tokens only grow: a system that the loader writes to can refuse writes with an older one.
   *
   * @return the token; empty without a ledger, or if this node loads for itself
   */
  default OptionalLong fencingToken() {
    return OptionalLong.empty();
  }
}
