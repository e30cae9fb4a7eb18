package dev.slipstream.redis;

import dev.slipstream.ledger.FeedListener;
import java.util.Queue;

/** Notes what it is notified of. */
record Noting(Queue<String> notices) implements FeedListener<String> {
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
