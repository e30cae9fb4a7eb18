package dev.slipstream.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RelayTest {
  @Test
  void theServerAnswersThroughIt() throws IOException {
    String answer;
    try (RedisServer server = RedisServer.embedded();
        Relay relay = new Relay(server.port())) {
      answer = ping(relay.port());
    }

    assertEquals("+PONG", answer);
  }

  @Test
  void nothingGetsThroughUntilItIsHealed() throws IOException {
    try (RedisServer server = RedisServer.embedded();
        Relay relay = new Relay(server.port())) {
      relay.cut();
      for (int i = 0; i < 100; i++) {
        assertNull(ping(relay.port()));
      }
      relay.heal();
      assertEquals("+PONG", ping(relay.port()));
    }
  }

  @Test
  void whatHangsIsAnsweredWhenItIsHealed() throws Exception {
    try (RedisServer server = RedisServer.embedded();
        Relay relay = new Relay(server.port())) {
      relay.hang();
      CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> pingUnchecked(relay));
      assertThrows(TimeoutException.class, () -> answer.get(50, TimeUnit.MILLISECONDS));
      relay.heal();
      assertEquals("+PONG", answer.get());
    }
  }

  @Test
  void requestsThatAreHeldBackAreNotExecutedUntilItIsHealed() throws Exception {
    try (RedisServer server = RedisServer.embedded();
        Relay relay = new Relay(server.port())) {
      relay.holdRequests();
      long before = server.calls("ping");
      CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> pingUnchecked(relay));
      assertThrows(TimeoutException.class, () -> answer.get(50, TimeUnit.MILLISECONDS));
      assertEquals(before, server.calls("ping"));
      relay.heal();
      assertEquals("+PONG", answer.get());
    }
  }

  @Test
  void requestsWhoseAnswersAreHeldBackAreExecuted() throws Exception {
    try (RedisServer server = RedisServer.embedded();
        Relay relay = new Relay(server.port())) {
      relay.holdAnswers();
      long before = server.calls("ping");
      CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> pingUnchecked(relay));
      while (server.calls("ping") == before) {
        Thread.onSpinWait();
      }
      assertThrows(TimeoutException.class, () -> answer.get(50, TimeUnit.MILLISECONDS));
      relay.heal();
      assertEquals("+PONG", answer.get());
    }
  }

  @Test
  void anAnswerIsDelayedBothWaysUntilItIsHealed() throws Exception {
    try (RedisServer server = RedisServer.embedded();
        Relay relay = new Relay(server.port())) {
      relay.delay(Duration.ofMillis(50));
      long start = System.nanoTime();
      assertEquals("+PONG", ping(relay.port()));
      assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(100));
      relay.delay(Duration.ofHours(1));
      CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> pingUnchecked(relay));
      assertThrows(TimeoutException.class, () -> answer.get(50, TimeUnit.MILLISECONDS));
      relay.heal();
      assertEquals("+PONG", answer.get());
    }
  }

  private static String pingUnchecked(Relay relay) {
    try {
      return ping(relay.port());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the answer; null if the connection was closed instead. */
  private static String ping(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        BufferedReader answers =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      return answers.readLine();
    } catch (SocketException e) { // reset
      return null;
    }
  }
}
