package dev.slipstream.watch;

/**
 * Thrown when events that were asked for are no longer held. Read the state itself, and go on from
 * a newer number.
 */
public final class EventsLostException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** The first number that is lost. */
  private final long from;

  /** The last number that is lost. */
  private final long to;

  /**
   * Makes an exception.
   *
   * @param message what was asked, what was found and what to do
   * @param from the sequence number of the first event that is lost
   * @param to that of the last
   */
  public EventsLostException(String message, long from, long to) {
    super(message);
    this.from = from;
    this.to = to;
  }

  /**
   * Returns where the gap begins.
   *
   * @return the sequence number of the first event that is lost
   */
  public long from() {
    return from;
  }

  /**
   * Returns where the gap ends.
   *
   * @return the sequence number of the last event that is lost
   */
  public long to() {
    return to;
  }
}
