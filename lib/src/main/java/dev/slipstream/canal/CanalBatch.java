package dev.slipstream.canal;

import dev.slipstream.internal.Texts;
import dev.slipstream.watch.EventsLostException;
import java.util.List;
import java.util.Objects;

/**
 * The result of one pull: no item, one, several, or a gap where items are missing.
 *
 * @param <E> the type of items
 */
public sealed interface CanalBatch<E> {
  /**
   * Returns the batch that holds these items.
   *
   * @param items the items in order, none of them null
   * @param <E> the type of items
   * @return {@link Empty}, {@link One} or {@link Many}, by their number
   */
  static <E> CanalBatch<E> of(List<? extends E> items) {
    return switch (items.size()) {
      case 0 -> new Empty<>();
      case 1 -> new One<>(items.get(0));
      default -> new Many<>(List.copyOf(items));
    };
  }

  /**
   * Returns whether there is nothing to handle. A gap is something to handle.
   *
   * @return true for {@link Empty} alone
   */
  default boolean isEmpty() {
    return false;
  }

  /**
   * Returns the items in order. A consumer that looks at items only cannot miss a gap: it is
   * thrown.
   *
   * @return an immutable list
   * @throws EventsLostException if this is a {@link Gap}
   */
  List<E> items();

  /**
   * Nothing came in time.
   *
   * @param <E> the type of items
   */
  record Empty<E>() implements CanalBatch<E> {
    @Override
    public boolean isEmpty() {
      return true;
    }

    @Override
    public List<E> items() {
      return List.of();
    }
  }

  /**
   * One item.
   *
   * @param item the item
   * @param <E> the type of items
   */
  record One<E>(E item) implements CanalBatch<E> {
    /**
     * Checks that there is an item.
     *
     * @param item the item
     */
    public One {
      Objects.requireNonNull(item, "item");
    }

    @Override
    public List<E> items() {
      return List.of(item);
    }

    @Override
    public String toString() {
      return "One[%s]".formatted(Texts.of(item));
    }
  }

  /**
   * Two items or more.
   *
   * @param items the items in order; immutable
   * @param <E> the type of items
   */
  record Many<E>(List<E> items) implements CanalBatch<E> {
    /**
     * Checks that there are two items or more, and copies the list unless it is immutable.
     *
     * @param items the items in order, none of them null
     * @throws IllegalArgumentException if there are fewer than two: {@link CanalBatch#of} takes any
     *     number
     */
    public Many {
      items = List.copyOf(items);
      if (items.size() < 2) {
        throw new IllegalArgumentException(
            "many items must be at least 2, but are %d: use CanalBatch.of".formatted(items.size()));
      }
    }

    /** Returns the first items, and how many more there are. */
    @Override
    public String toString() {
      return "Many%s".formatted(Texts.of(items));
    }
  }

  /**
   * Items are missing here: the source no longer holds them. A gap comes alone, before what comes
   * after it. A consumer that needs every item reads the state itself, and goes on from there.
   *
   * <p>If the consumer had got to an event of an {@linkplain #isOfEarlierJournal() earlier
   * journal}, the numbers are that journal's and it is not known how far it went on; this journal's
   * events then follow from its first.
   *
   * @param from the sequence number of the first item that is missing
   * @param to that of the last, or 0 if the items are those of an earlier journal
   * @param <E> the type of items
   */
  record Gap<E>(long from, long to) implements CanalBatch<E> {
    /**
     * Checks the numbers.
     *
     * @param from the sequence number of the first item that is missing, 1 or more
     * @param to that of the last, not less than the first; or 0
     * @throws IllegalArgumentException if the numbers are otherwise
     */
    public Gap {
      if (from < 1 || (to < from && to != 0)) {
        throw new IllegalArgumentException(
            "a gap must be from at least 1 to no less, or to 0, but is from %d to %d"
                .formatted(from, to));
      }
    }

    /**
     * Returns whether the missing items are those of an earlier journal, such as that of an earlier
     * run of the process.
     *
     * @return true if the numbers are not this journal's, and the last of them is unknown
     */
    public boolean isOfEarlierJournal() {
      return to == 0;
    }

    @Override
    public List<E> items() {
      String lost =
          isOfEarlierJournal()
              ? "the events from %d on of an earlier journal are not known".formatted(from)
              : "the events %d to %d are no longer held".formatted(from, to);
      throw new EventsLostException(
          lost
              + ": look for a Gap before asking for items, read the state anew, and pull on;"
              + " a larger journal or a faster consumer avoids gaps",
          from,
          to);
    }
  }
}
