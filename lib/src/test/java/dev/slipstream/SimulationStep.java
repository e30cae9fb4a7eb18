package dev.slipstream;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** A call that a simulated ledger executed. */
record SimulationStep(long at, Method method, @Nullable Object @Nullable [] arguments) {}
