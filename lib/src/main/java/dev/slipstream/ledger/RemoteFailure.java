package dev.slipstream.ledger;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What other nodes get to know of a failure: text, never an object.
 *
 * @param type the name of the failure's class
 * @param message its message; null if it has none
 * @param node the name of the node where it happened
 */
public record RemoteFailure(String type, @Nullable String message, String node) {
  private static final int LONGEST_MESSAGE = 8 * 1024;

  /**
   * Checks that type and node are there.
   *
   * @param type the name of the failure's class, not blank
   * @param message its message, or null
   * @param node the name of the node, not blank
   */
  public RemoteFailure {
    Arguments.notBlank(type, "type");
    Arguments.notBlank(node, "node");
  }

  /**
   * Returns what is to be known of a failure. A message of more than 8,192 characters is cut; one
   * that cannot be had, because {@code getMessage} throws, is null.
   *
   * @param cause the failure
   * @param node the name of the node where it happened, not blank
   * @return type, message and node
   */
  public static RemoteFailure of(Throwable cause, String node) {
    Objects.requireNonNull(cause, "cause");
    return new RemoteFailure(cause.getClass().getName(), messageOf(cause), node);
  }

  private static @Nullable String messageOf(Throwable cause) {
    try {
      String message = cause.getMessage();
      return message == null || message.length() <= LONGEST_MESSAGE
          ? message
          : message.substring(0, LONGEST_MESSAGE);
    } catch (RuntimeException | Error unreadable) {
      return null;
    }
  }
}
