package dev.slipstream.canal;

import dev.slipstream.internal.Texts;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker of a reactor, and its handle.
 *
 * <p>States: waiting (in {@code pullBatch}) and busy, in turns, then ended. A stop interrupts the
 * thread only while it waits: it does so under the monitor, which the worker takes when it begins
 * and ends to wait. Where it ends to wait, it clears the flag if a stop has set it, so that neither
 * the handler nor code that runs on this thread later sees that interrupt.
 */
final class ReactorWorker<E> implements CanalHandle, Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Reactor.class);

  /** An idle worker looks up this often. Events, a stop and a close wake it without delay. */
  private static final Duration IDLE = Duration.ofHours(1);

  private final Canal<E> canal;
  private final BatchHandler<E> handler;
  private final ReactorOptions options;
  private final Thread thread;
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Written by the worker before it has ended, read after that. */
  private @Nullable Throwable failure;

  private final Object monitor = new Object();
  private boolean stopped; // guarded by monitor
  private boolean waiting; // guarded by monitor
  private boolean interrupted; // guarded by monitor: a stop has set the thread's flag

  ReactorWorker(Canal<E> canal, BatchHandler<E> handler, ReactorOptions options) {
    this.canal = Objects.requireNonNull(canal, "canal");
    this.handler = Objects.requireNonNull(handler, "handler");
    this.options = options;
    this.thread = options.newThread(this);
  }

  void start() {
    thread.start();
  }

  @Override
  public void run() {
    try {
      work();
    } catch (Throwable e) {
      failure = e;
      rewind(e);
      Texts.error(LOG, "reactor '{}' ended by an error", e, options.name());
    } finally {
      ended.countDown();
    }
  }

  private void work() throws Exception {
    while (beginToWait()) {
      CanalBatch<E> batch;
      try {
        batch = canal.pullBatch(options.batchSize(), IDLE);
      } catch (CanalClosedException e) {
        return;
      } catch (InterruptedException e) {
        if (isStopped()) {
          return;
        }
        throw e;
      } finally {
        endToWait();
      }
      if (!batch.isEmpty()) {
        handler.handle(batch);
        commit();
      }
    }
  }

  private boolean beginToWait() {
    synchronized (monitor) {
      waiting = !stopped;
      return waiting;
    }
  }

  private void endToWait() {
    synchronized (monitor) {
      waiting = false;
      if (interrupted) {
        interrupted = false;
        Thread.interrupted();
      }
    }
  }

  private boolean isStopped() {
    synchronized (monitor) {
      return stopped;
    }
  }

  private void commit() {
    if (canal instanceof EventCursor<?, ?> cursor) {
      cursor.commit();
    }
  }

  private void rewind(Throwable cause) {
    if (canal instanceof EventCursor<?, ?> cursor) {
      try {
        cursor.rewind();
      } catch (RuntimeException | Error e) {
        cause.addSuppressed(e);
      }
    }
  }

  @Override
  public void stop() {
    synchronized (monitor) {
      stopped = true;
      if (waiting && !interrupted) {
        interrupted = true;
        thread.interrupt();
      }
    }
  }

  @Override
  public void join() throws InterruptedException {
    refuseFromWithin("join");
    ended.await();
    report();
  }

  @Override
  public void stopAndJoin() throws InterruptedException {
    refuseFromWithin("stopAndJoin");
    stop();
    join();
  }

  @Override
  public void close() {
    refuseFromWithin("close");
    stop();
    boolean wasInterrupted = false;
    while (ended.getCount() > 0) {
      try {
        ended.await();
      } catch (InterruptedException e) {
        wasInterrupted = true;
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
    report();
  }

  private void refuseFromWithin(String method) {
    if (Thread.currentThread() == thread && ended.getCount() > 0) {
      throw new IllegalStateException(
          "%s of reactor '%s' was called by its own handler, and would wait forever: call stop"
              .formatted(method, Texts.of(options.name())));
    }
  }

  private void report() {
    if (failure != null) {
      throw new CanalWorkerException(
          "reactor '%s' ended by an error: remove its cause, and run a new one, which gets the failed batch of a cursor again"
              .formatted(Texts.of(options.name())),
          failure);
    }
  }
}
