/**
 * Slipstream, a cache in which concurrent callers for one key share one fetch, and each of them can
 * leave on its own.
 *
 * <p>Start with the <a href="{@docRoot}/doc-files/cache.md">user guide</a> and {@link
 * dev.slipstream.CoalescingCache}:
 *
 * <pre>{@code
 * CoalescingCache<Integer, User> users =
 *     CoalescingCache.builder().maximumSize(10_000).fetchTimeout(Duration.ofSeconds(5)).build();
 *
 * User user = users.get(42, this::queryUser); // waits
 * }</pre>
 *
 * <table>
 * <caption>Where to look</caption>
 * <tr><th>to</th><th>package</th><th>guide</th></tr>
 * <tr><td>cache and share fetches</td><td>{@link dev.slipstream}</td>
 *     <td><a href="{@docRoot}/doc-files/cache.md">cache.md</a></td></tr>
 * <tr><td>run named callbacks when a fetch, or any other job, ends</td>
 *     <td>{@link dev.slipstream.latch}</td>
 *     <td><a href="{@docRoot}/doc-files/latch.md">latch.md</a></td></tr>
 * <tr><td>watch keys change, and await what becomes of one</td>
 *     <td>{@link dev.slipstream.watch}</td>
 *     <td><a href="{@docRoot}/doc-files/watch.md">watch.md</a></td></tr>
 * <tr><td>consume every event</td><td>{@link dev.slipstream.canal}</td>
 *     <td><a href="{@docRoot}/doc-files/canal.md">canal.md</a></td></tr>
 * <tr><td>save what is cached, and restore it</td><td>{@link dev.slipstream.view}</td>
 *     <td><a href="{@docRoot}/doc-files/view.md">view.md</a></td></tr>
 * <tr><td>share fetches among processes</td><td>{@link dev.slipstream.ledger}</td>
 *     <td><a href="{@docRoot}/doc-files/ledger.md">ledger.md</a></td></tr>
 * </table>
 *
 * <p>Which thread calls which callback, and under which locks, is in <a
 * href="{@docRoot}/doc-files/synchronization.md">synchronization.md</a>.
 */
@org.jspecify.annotations.NullMarked
module dev.slipstream {
  requires transitive com.github.benmanes.caffeine;
  requires transitive com.google.common;
  requires transitive org.jspecify;
  requires org.slf4j;
  requires static com.fasterxml.jackson.databind; // for JacksonCodec only

  exports dev.slipstream;
  exports dev.slipstream.canal;
  exports dev.slipstream.latch;
  exports dev.slipstream.ledger;
  exports dev.slipstream.view;
  exports dev.slipstream.watch;
}
