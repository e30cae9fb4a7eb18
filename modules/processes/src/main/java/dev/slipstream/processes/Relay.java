package dev.slipstream.processes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Stands between a program and its server, on a port of the loopback: it can be cut, be made to
 * hang, both ways or one, be slowed down, and be led to another server.
 */
public final class Relay implements AutoCloseable {
  private static final int BUFFER = 8_192;

  private final ServerSocket entrance;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile int target;
  private volatile boolean cut;

  // Guarded by this.
  private boolean requestsHeld;
  private boolean answersHeld;
  private long delayNanos;

  /**
   * Creates a relay on a free port.
   *
   * @param target the port that it leads to
   */
  public Relay(int target) {
    this.target = target;
    try {
      entrance = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::accept);
  }

  /**
   * Returns the port to connect to.
   *
   * @return the port
   */
  public int port() {
    return entrance.getLocalPort();
  }

  /** Closes all connections, and all new ones until {@link #heal}. */
  public void cut() {
    cut = true;
    open.forEach(Relay::close);
  }

  /** Lets new connections through again, and what was held back or delayed, at once. */
  public void heal() {
    cut = false;
    holdBack(false, false, 0);
  }

  /** Accepts new connections and keeps all open, but lets nothing through until {@link #heal}. */
  public void hang() {
    holdBack(true, true, 0);
  }

  /** Holds back what the program sends, but not what the server does, until {@link #heal}. */
  public void holdRequests() {
    holdBack(true, false, 0);
  }

  /** Holds back what the server sends, but not what the program does, until {@link #heal}. */
  public void holdAnswers() {
    holdBack(false, true, 0);
  }

  /**
   * Lets everything through, but only after a time, until {@link #heal}.
   *
   * @param each the time, each way
   */
  public void delay(Duration each) {
    holdBack(false, false, each.toNanos());
  }

  private synchronized void holdBack(boolean requests, boolean answers, long nanos) {
    requestsHeld = requests;
    answersHeld = answers;
    delayNanos = nanos;
    notifyAll();
  }

  /** Waits until what arrived at a time may go on. */
  private synchronized void awaitPassage(boolean request, long arrivedNanos)
      throws InterruptedException {
    while (true) {
      long leftNanos = arrivedNanos + delayNanos - System.nanoTime();
      if (request ? requestsHeld : answersHeld) {
        wait();
      } else if (delayNanos > 0 && leftNanos > 0) {
        wait(TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1);
      } else {
        return;
      }
    }
  }

  /**
   * Closes all connections, and leads new ones to another server.
   *
   * @param otherTarget the port of that server
   */
  public void lead(int otherTarget) {
    target = otherTarget;
    open.forEach(Relay::close);
  }

  private void accept() {
    while (true) {
      try {
        connect(entrance.accept());
      } catch (IOException e) {
        if (entrance.isClosed()) {
          return;
        }
      }
    }
  }

  private void connect(Socket from) throws IOException {
    open.add(from); // first: from now on a cut closes it
    if (cut) { // before anything gets through
      close(from);
      open.remove(from);
      return;
    }
    Socket to;
    try {
      to = new Socket(InetAddress.getLoopbackAddress(), target);
    } catch (IOException e) { // the server is down: so is the way to it
      close(from);
      open.remove(from);
      return;
    }
    open.add(to);
    from.setTcpNoDelay(true);
    to.setTcpNoDelay(true);
    carry(from, to, true);
    carry(to, from, false);
    if (cut) {
      close(from);
      close(to);
    }
  }

  /** Carries what one side sends to the other, by two threads: a delay does not add up. */
  private void carry(Socket from, Socket to, boolean requests) {
    BlockingQueue<Chunk> way = new LinkedBlockingQueue<>();
    daemon(() -> read(from, way));
    daemon(() -> write(way, requests, from, to));
  }

  /** What arrived at a time; of no bytes: the end. */
  private record Chunk(byte[] bytes, long arrivedNanos) {}

  private static void read(Socket from, BlockingQueue<Chunk> way) {
    try {
      InputStream in = from.getInputStream();
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        way.add(new Chunk(Arrays.copyOf(buffer, read), System.nanoTime()));
      }
    } catch (IOException e) {
      // cut, or the end of one side
    }
    way.add(new Chunk(new byte[0], System.nanoTime()));
  }

  private void write(BlockingQueue<Chunk> way, boolean requests, Socket from, Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      for (Chunk next = way.take(); next.bytes().length > 0; next = way.take()) {
        awaitPassage(requests, next.arrivedNanos());
        out.write(next.bytes());
      }
    } catch (IOException | InterruptedException e) {
      // cut, or the end of one side
    }
    close(from);
    close(to);
    open.remove(from);
    open.remove(to);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      entrance.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
    holdBack(false, false, 0);
  }
}
