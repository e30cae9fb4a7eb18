package dev.slipstream.view;

/** Tells a listener. */
final class Progress {
  static final ViewProgress NONE = (step, entries, bytes) -> {};

  private Progress() {}
}
