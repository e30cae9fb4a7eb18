package dev.slipstream;

import dev.slipstream.internal.Timer;
import java.util.List;

/** Breaks a rule on purpose: what users see mentions nothing of the internal package. */
public final class ExportsInternalCanary {
  public List<Timer> timers() {
    return List.of();
  }
}
