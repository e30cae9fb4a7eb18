package dev.slipstream.page;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What the builder decided. */
record Settings(
    List<WatchedCache> caches,
    Function<Object, String> keys,
    boolean allowAbort,
    Duration every,
    Duration heartbeat,
    Duration writeTimeout,
    int maxStreams,
    Set<String> hosts) {}
