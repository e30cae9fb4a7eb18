package dev.slipstream.view;

import dev.slipstream.internal.Texts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports to a listener how far one step has come, until the listener throws. */
final class Progress {
  static final ViewProgress NONE = (step, entries, bytes) -> {};

  private static final Logger LOG = LoggerFactory.getLogger(ViewFile.class);

  private final ViewProgress.Step step;

  private ViewProgress listener;

  Progress(ViewProgress listener, ViewProgress.Step step) {
    this.listener = listener;
    this.step = step;
  }

  void at(long entries, long bytes) {
    try {
      listener.progressed(step, entries, bytes);
    } catch (RuntimeException | Error e) {
      listener = NONE;
      Texts.warn(LOG, "the progress listener failed at step {}; it is not called again", e, step);
    }
  }
}
