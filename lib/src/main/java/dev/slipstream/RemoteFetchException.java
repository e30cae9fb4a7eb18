package dev.slipstream;

import dev.slipstream.ledger.RemoteFailure;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the fetch that a caller waited for ran on another node and failed there. The failure
 * itself stays on that node; this has its type and message. Without a ledger it is never thrown.
 */
public final class RemoteFetchException extends FetchException {
  private static final long serialVersionUID = 1L;

  /** The class name of what was thrown there. */
  private final String remoteType;

  /** Its message. */
  private final @Nullable String remoteMessage;

  /** The name of the node that ran the loader. */
  private final String node;

  RemoteFetchException(
      String message, @Nullable Object key, RemoteFailure failure, @Nullable Throwable cause) {
    super(message, key, cause);
    this.remoteType = failure.type();
    this.remoteMessage = failure.message();
    this.node = failure.node();
  }

  /**
   * Returns what failed on the other node.
   *
   * @return the name of the failure's class
   */
  public String remoteType() {
    return remoteType;
  }

  /**
   * Returns the failure's message.
   *
   * @return the message, cut at 8,192 characters; null if it has none
   */
  public @Nullable String remoteMessage() {
    return remoteMessage;
  }

  /**
   * Returns where the fetch ran.
   *
   * @return the name of the node
   */
  public String node() {
    return node;
  }

  @Override
  RemoteFetchException forCaller() {
    return new RemoteFetchException(
        getMessage(), key(), new RemoteFailure(remoteType, remoteMessage, node), causeForCaller());
  }
}
