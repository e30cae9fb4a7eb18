package dev.slipstream.page;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server-sent events of one open page, written by a thread of its own. It holds the latest
 * state only: a browser that reads slowly misses those in between, and nobody waits for it.
 */
final class EventStream implements Runnable {
  private static final byte[] HEARTBEAT = ": heartbeat\n\n".getBytes(US_ASCII);
  private static final Answer OPENING =
      new Answer(
          200,
          "text/event-stream; charset=utf-8",
          new byte[0],
          Map.of(
              "X-Accel-Buffering", "no", // nginx passes each event on at once
              "Connection", "close")); // nothing comes after a stream

  private final HttpExchange exchange;
  private final Writes writes;
  private final Duration heartbeat;
  private final byte[] first;
  private byte @Nullable [] latest; // guarded by this; what the browser has not been sent yet
  private boolean ended; // guarded by this

  EventStream(HttpExchange exchange, Writes writes, Duration heartbeat, byte[] first) {
    this.exchange = exchange;
    this.writes = writes;
    this.heartbeat = heartbeat;
    this.first = first;
  }

  /** Returns an event as the browser reads it. The data has no line breaks, as JSON has none. */
  static byte[] event(String name, Json data) {
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    event.writeBytes(("event: " + name + "\ndata: ").getBytes(US_ASCII));
    event.writeBytes(data.bytes());
    event.writeBytes("\n\n".getBytes(US_ASCII));
    return event.toByteArray();
  }

  /** Replaces what the browser has not been sent yet. */
  synchronized void offer(byte[] state) {
    latest = state;
    notifyAll();
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }

  @Override
  public void run() {
    try {
      try {
        serve();
      } finally {
        writes.run(exchange::close);
      }
    } catch (IOException e) {
      return; // the browser has gone, or was ended because it reads no more
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // its end
    }
  }

  private void serve() throws IOException, InterruptedException {
    OPENING.setHeaders(exchange);
    writes.run(() -> exchange.sendResponseHeaders(200, 0));
    OutputStream out = exchange.getResponseBody();
    byte[] next = first;
    while (next != null) {
      write(out, next);
      next = next();
    }
  }

  private void write(OutputStream out, byte[] bytes) throws IOException {
    writes.run(
        () -> {
          out.write(bytes);
          out.flush();
        });
  }

  /** Returns the latest state as soon as there is one, a heartbeat in time; null at the end. */
  private synchronized byte @Nullable [] next() throws InterruptedException {
    long deadline = System.nanoTime() + Durations.nanos(heartbeat);
    while (latest == null && !ended) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return HEARTBEAT;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    byte[] next = ended ? null : latest;
    latest = null;
    return next;
  }
}
