package dev.slipstream.watch;

import dev.slipstream.view.CacheView;

/** Uses a package that this one may not know, which ArchitectureTest must catch. */
public record WatchUsesViewCanary(CacheView<?, ?> used) {}
