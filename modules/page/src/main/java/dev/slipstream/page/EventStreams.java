package dev.slipstream.page;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadFactory;

/** The open streams of a page: a limited number, each with its thread. */
final class EventStreams {
  private final int most;
  private final ThreadFactory threads;
  private final Set<EventStream> open = new LinkedHashSet<>(); // guarded by this
  private boolean closed; // guarded by this

  EventStreams(int most, ThreadFactory threads) {
    this.most = most;
    this.threads = threads;
  }

  /** Starts a stream, unless there are as many as there may be, or this is closed. */
  boolean tryStart(EventStream stream) {
    if (!tryAdd(stream)) {
      return false;
    }
    boolean started = false;
    try {
      threads.newThread(() -> run(stream)).start();
      started = true;
    } finally {
      if (!started) { // there is no memory for a thread
        remove(stream);
      }
    }
    return true;
  }

  private void run(EventStream stream) {
    try {
      stream.run();
    } finally {
      remove(stream);
    }
  }

  private synchronized boolean tryAdd(EventStream stream) {
    return !closed && open.size() < most && open.add(stream);
  }

  private synchronized void remove(EventStream stream) {
    open.remove(stream);
  }

  synchronized boolean isEmpty() {
    return open.isEmpty();
  }

  void publish(byte[] state) {
    open().forEach(stream -> stream.offer(state));
  }

  private synchronized List<EventStream> open() {
    return new ArrayList<>(open);
  }

  /** Ends all streams. One that is writing goes on until its write ends. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    open().forEach(EventStream::end);
  }
}
