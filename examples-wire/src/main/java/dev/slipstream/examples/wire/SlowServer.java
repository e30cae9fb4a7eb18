package dev.slipstream.examples.wire;

/** A server that takes its time to answer, as it sees its requests itself. */
interface SlowServer {
  /** Returns how many requests it has started to answer. */
  long started() throws Exception;

  /** Returns how many of them it has answered. */
  long finished() throws Exception;

  /** Returns how many requests it is answering just now. */
  int running() throws Exception;
}
