package dev.slipstream.watch;

import dev.slipstream.internal.Timer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What wakes the waits of an awaiter.
 *
 * @param hub is ticked at changes; null if there is none
 * @param timer prompts the polls; null not to poll
 * @param executor polls, and completes futures
 */
record AwaiterSettings<K>(@Nullable ChangeHub<K> hub, @Nullable Timer timer, Executor executor) {}
