package dev.slipstream.processes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between a program and its server, on a port of the loopback: it can be cut, be made to
 * hang, and be led to another server.
 */
public final class Relay implements AutoCloseable {
  private static final int BUFFER = 8_192;

  private final ServerSocket entrance;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile int target;
  private volatile boolean cut;
  private boolean hanging; // guarded by this

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

  /** Lets new connections through again, and what was held back. */
  public void heal() {
    cut = false;
    setHanging(false);
  }

  /** Accepts new connections and keeps all open, but lets nothing through until {@link #heal}. */
  public void hang() {
    setHanging(true);
  }

  private synchronized void setHanging(boolean hanging) {
    this.hanging = hanging;
    notifyAll();
  }

  private synchronized void awaitPassage() throws InterruptedException {
    while (hanging) {
      wait();
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
    daemon(() -> copy(from, to));
    daemon(() -> copy(to, from));
    if (cut) {
      close(from);
      close(to);
    }
  }

  private void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitPassage();
        out.write(buffer, 0, read);
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
    setHanging(false);
  }
}
