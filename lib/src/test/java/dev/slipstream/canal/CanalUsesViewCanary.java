package dev.slipstream.canal;

import dev.slipstream.view.CacheView;

/** Uses a package that this one may not know, which ArchitectureTest must catch. */
public record CanalUsesViewCanary(CacheView<?, ?> used) {}
