/**
 * One way to consume a stream of events, whether every one of them counts or only the latest: a
 * journal, cursors and lossy subscriptions on it, and a reactor that works through them.
 */
package dev.slipstream.canal;
