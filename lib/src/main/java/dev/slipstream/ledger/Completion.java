package dev.slipstream.ledger;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What became of a completion.
 *
 * @param <V> the type of values
 */
public sealed interface Completion<V> {
  /**
   * The fetch has ended so; also the answer to a completion that is repeated with the same token.
   *
   * @param told how many others had a grant of the fetch; 0 if the completion was repeated
   * @param <V> the type of values
   */
  record Accepted<V>(int told) implements Completion<V> {}

  /**
   * The lease was no longer valid, and nothing was changed but that the holder's grant is gone.
   *
   * @param value the value that the key has in the ledger; null if it has none
   * @param age how long ago that value, or the knowledge that there is none, was completed, by the
   *     ledger's clock; null if the newest fetch has no such end
   * @param <V> the type of values
   */
  record Fenced<V>(@Nullable V value, @Nullable Duration age) implements Completion<V> {
    /** Returns the age, but not the value: it may be large, or secret. */
    @Override
    public String toString() {
      return "Fenced[age=" + age + "]";
    }
  }
}
