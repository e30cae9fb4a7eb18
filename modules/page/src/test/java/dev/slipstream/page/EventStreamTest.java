package dev.slipstream.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private static final Duration LONG = Duration.ofHours(1);
  private final Writes writes = new Writes();

  /** The first write waits until the test opens it, as that of a browser that does not read. */
  private static final class SlowBody extends OutputStream {
    final CountDownLatch writing = new CountDownLatch(1);
    final CountDownLatch reads = new CountDownLatch(1);
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      writing.countDown();
      try {
        reads.await();
      } catch (InterruptedException e) {
        throw new IOException("the channel is closed, as an interrupt does", e);
      }
      synchronized (this) {
        read.write(bytes, from, length);
      }
    }

    synchronized String text() {
      return read.toString(UTF_8);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Caller<Object> start(EventStream stream) {
    return Caller.start(
        () -> {
          stream.run();
          return "ended";
        });
  }

  @Test
  void anEventIsItsNameItsDataOnOneLineAndAnEmptyLine() {
    Json json = new Json().object().name("a").value("x\ny").endObject();

    assertThat(new String(EventStream.event("state", json), UTF_8))
        .isEqualTo("event: state\ndata: {\"a\":\"x\\u000ay\"}\n\n");
  }

  @Test
  void aBrowserThatReadsSlowlyGetsTheLatestStateOnly() {
    SlowBody body = new SlowBody();
    EventStream stream = new EventStream(new FakeExchange(body), writes, LONG, bytes("first|"));
    Caller<Object> running = start(stream);
    Eventually.opens(body.writing);

    for (int i = 1; i <= 100; i++) {
      stream.offer(bytes("state " + i + "|"));
    }
    body.reads.countDown();

    Eventually.until("the last state is written", () -> body.text().endsWith("100|"));
    assertThat(body.text()).isEqualTo("first|state 100|");
    stream.end();
    assertThat(running.value()).isEqualTo("ended");
  }

  @Test
  void inSilenceThereAreHeartbeats() {
    SlowBody body = new SlowBody();
    body.reads.countDown();
    EventStream stream =
        new EventStream(new FakeExchange(body), writes, Duration.ofMillis(1), bytes("first|"));
    Caller<Object> running = start(stream);

    Eventually.until(
        "two heartbeats", () -> body.text().startsWith("first|: heartbeat\n\n: heartbeat\n\n"));
    stream.end();
    assertThat(running.value()).isEqualTo("ended");
  }

  @Test
  void aStreamWhoseBrowserReadsNoMoreIsEndedInTime() {
    SlowBody body = new SlowBody();
    FakeExchange exchange = new FakeExchange(body);
    Caller<Object> running = start(new EventStream(exchange, writes, LONG, bytes("first|")));
    Eventually.opens(body.writing);

    writes.endLongerThan(LONG);
    assertThat(running.isReturned()).isFalse();
    Eventually.until(
        "the write has taken a moment",
        () -> {
          writes.endLongerThan(Duration.ofNanos(1));
          return running.isReturned();
        });

    assertThat(exchange.isClosed()).isTrue();
    assertThat(running.wasInterruptedAfterwards()).isFalse();
  }

  @Test
  void anEndBetweenTwoWritesAndTheOneDuringAWriteCloseTheExchange() {
    SlowBody reading = new SlowBody();
    reading.reads.countDown();
    SlowBody stalled = new SlowBody();
    FakeExchange one = new FakeExchange(reading);
    FakeExchange two = new FakeExchange(stalled);
    EventStreams streams = new EventStreams(2, task -> new Thread(task, "test"));
    assertThat(streams.tryStart(new EventStream(one, writes, LONG, bytes("a")))).isTrue();
    assertThat(streams.tryStart(new EventStream(two, writes, LONG, bytes("b")))).isTrue();
    Eventually.opens(reading.writing);
    Eventually.opens(stalled.writing);
    assertThat(streams.tryStart(new EventStream(one, writes, LONG, bytes("c")))).isFalse();

    streams.close();
    writes.close();

    Eventually.until("both are closed", () -> one.isClosed() && two.isClosed());
    Eventually.until("none is open", streams::isEmpty);
    assertThat(streams.tryStart(new EventStream(one, writes, LONG, bytes("d")))).isFalse();
  }

  @Test
  void aWriteAfterTheEndMeetsAnInterruptWhichItDoesNotLeaveBehind() throws IOException {
    writes.close();
    boolean[] interrupted = new boolean[1];

    writes.run(() -> interrupted[0] = Thread.currentThread().isInterrupted());

    assertThat(interrupted[0]).isTrue();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }
}
