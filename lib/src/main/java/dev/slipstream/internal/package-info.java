/**
 * What the other packages stand on: threads and the timer, arguments, texts, runs that can be
 * interrupted, futures that leave before they complete, and files that are replaced as a whole. It
 * is not exported, no exported signature mentions it, and it knows none of the other packages.
 */
package dev.slipstream.internal;
