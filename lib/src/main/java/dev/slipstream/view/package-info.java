/**
 * Views of what a cache holds, apart from the cache: to look at, to keep in a file, and to restore
 * from. Nothing here knows the cache: a {@link dev.slipstream.view.Viewable} stands for it.
 *
 * <pre>{@code
 * EntryCodec<String, Price> codec =
 *     EntryCodec.of(ValueCodec.string(), JacksonCodec.of(Price.class));
 *
 * ViewFile.write(file, cache, codec); // before the cache is closed
 *
 * ViewFile.restore(file, cache, codec); // in the next process
 * }</pre>
 *
 * <p>The guide is <a href="{@docRoot}/doc-files/view.md">view.md</a>.
 */
package dev.slipstream.view;
