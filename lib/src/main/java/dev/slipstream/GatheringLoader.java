package dev.slipstream;

/** A loader of single keys that has several of them loaded together, by a {@link Batch}. */
interface GatheringLoader<K, V> extends AsyncLoader<K, V> {}
