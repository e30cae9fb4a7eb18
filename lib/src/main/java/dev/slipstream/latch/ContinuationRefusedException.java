package dev.slipstream.latch;

import java.util.concurrent.RejectedExecutionException;

/**
 * Thrown to a caller whose continuation was not registered, because its {@link ContinuationQueue}
 * is full and its policy is {@link OverflowPolicy#REFUSE}.
 */
public final class ContinuationRefusedException extends RejectedExecutionException {
  private static final long serialVersionUID = 1L;

  ContinuationRefusedException(String message) {
    super(message);
  }
}
