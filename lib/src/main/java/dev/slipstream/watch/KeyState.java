package dev.slipstream.watch;

import dev.slipstream.internal.Texts;
import dev.slipstream.latch.Outcome;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How a key stands at one moment.
 *
 * @param <V> the type of values
 */
public sealed interface KeyState<V> {
  /**
   * Nothing is cached and nothing is being fetched. What came before is not known.
   *
   * @param <V> the type of values
   */
  record Idle<V>() implements KeyState<V> {}

  /**
   * A value, or the knowledge that there is none, is cached.
   *
   * @param value the value; null means that there is none
   * @param <V> the type of values
   */
  record Cached<V>(@Nullable V value) implements KeyState<V> {
    /** Returns the type of the value, but not the value: it may be large, or secret. */
    @Override
    public String toString() {
      return "Cached[%s]".formatted(Texts.typeOf(value));
    }
  }

  /**
   * The key is being fetched.
   *
   * @param outcome completes with how the fetch ends, and never exceptionally by itself. It
   *     watches: it does not keep the fetch alive. Cancel it when it is no longer needed, which
   *     touches no other caller
   * @param <V> the type of values
   */
  record InFlight<V>(CompletableFuture<Outcome<V>> outcome) implements KeyState<V> {
    /**
     * Checks that there is a future.
     *
     * @param outcome completes with how the fetch ends
     */
    public InFlight {
      Objects.requireNonNull(outcome, "outcome");
    }

    /** Returns whether the outcome is known, but not the outcome. */
    @Override
    public String toString() {
      return "InFlight[%s]".formatted(outcome.isDone() ? "ended" : "running");
    }
  }
}
