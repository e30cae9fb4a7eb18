/**
 * Views of what a cache holds, apart from the cache: to look at, to keep in a file, and to restore
 * from. Nothing here knows the cache: a {@link dev.slipstream.view.Viewable} stands for it.
 */
package dev.slipstream.view;
