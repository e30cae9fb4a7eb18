/**
 * Consuming a stream of events at one's own pace: a journal of the latest events, cursors that miss
 * none of them unnoticed, subscriptions to the latest, and reactors that process them on a thread.
 *
 * <pre>{@code
 * EventCursor<String, Item> cursor = cache.events().cursor("search-index"); // from its checkpoint
 * CanalHandle reactor = Reactor.run(cursor, batch -> batch.items().forEach(index::update));
 * }</pre>
 *
 * <p>The guide is <a href="{@docRoot}/doc-files/canal.md">canal.md</a>.
 */
package dev.slipstream.canal;
