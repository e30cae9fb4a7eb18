package dev.slipstream.resilience4j;

import org.jspecify.annotations.Nullable;

/** What a guard has granted to one fetch. One of its methods is called, once. */
interface Permit {
  /** The fetch brought a value, or found that there is none. */
  void succeeded(@Nullable Object value);

  /** The fetch failed. */
  void failed(Throwable failure);

  /** The fetch was given up: it counts as if it had never been. */
  void release();
}
