package dev.slipstream.ledger.contract;

import dev.slipstream.ledger.FeedListener;
import java.util.Queue;

/** Notes what it is notified of. */
public class Noting implements FeedListener<String> {
  private final Queue<String> notices;

  /** Makes a listener that adds its notices to a queue. */
  public Noting(Queue<String> notices) {
    this.notices = notices;
  }

  @Override
  public void invalidated(String key) {
    notices.add("invalidated " + key);
  }

  @Override
  public void invalidatedAll() {
    notices.add("invalidated all");
  }

  @Override
  public void changed(String key) {
    notices.add("changed " + key);
  }

  @Override
  public void attached(boolean missedNothing) {
    notices.add("attached " + missedNothing);
  }

  @Override
  public void detached() {
    notices.add("detached");
  }
}
