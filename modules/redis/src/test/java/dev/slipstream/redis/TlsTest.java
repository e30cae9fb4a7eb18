package dev.slipstream.redis;

import static dev.slipstream.ledger.contract.LedgerScene.A;
import static dev.slipstream.ledger.contract.LedgerScene.B;
import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.failureOf;
import static dev.slipstream.ledger.contract.LedgerScene.leaseOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.Completion;
import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.LedgerUnavailableException;
import dev.slipstream.ledger.contract.Noting;
import dev.slipstream.processes.RedisServer;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger over TLS; the server's certificate is made here, and signed by nobody. */
@Tag("installed-redis")
class TlsTest {
  private static final String TRUST = "javax.net.ssl.trustStore";
  private static final String TRUST_PASSWORD = "javax.net.ssl.trustStorePassword";
  private static final String ALIAS = "redis";
  private static final String PASSWORD = "changeit";
  private static final JoinOptions OPTIONS = JoinOptions.of(Duration.ofSeconds(3));

  @TempDir private Path dir;
  private RedisServer server;
  private RedisURI uri;
  private Path trusted;

  @BeforeEach
  void start() throws Exception {
    Path store = dir.resolve("store.p12");
    makeCertificate(store);
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    Key key = keys.getKey(ALIAS, PASSWORD.toCharArray());
    int port = freePort();
    server =
        RedisServer.of(
            RedisServer.installed("redis-server").orElseThrow(),
            "--tls-port",
            Integer.toString(port),
            "--tls-auth-clients",
            "no",
            "--tls-cert-file",
            pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()),
            "--tls-key-file",
            pem("PRIVATE KEY", key.getEncoded()));
    uri = RedisURI.create("rediss://127.0.0.1:" + port);
    trusted = dir.resolve("trusted.p12");
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry(ALIAS, keys.getCertificate(ALIAS));
    try (OutputStream out = Files.newOutputStream(trusted)) {
      trust.store(out, PASSWORD.toCharArray());
    }
  }

  private static void makeCertificate(Path store) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(
        List.of("-genkeypair", "-alias", ALIAS, "-keyalg", "EC", "-dname", "CN=localhost"));
    command.addAll(List.of("-ext", "SAN=ip:127.0.0.1", "-validity", "2", "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", PASSWORD, "-keystore", store.toString()));
    Process keytool = new ProcessBuilder(command).inheritIO().start();
    assertThat(keytool.waitFor()).isZero();
  }

  private String pem(String what, byte[] encoded) throws IOException {
    String text = Base64.getMimeEncoder().encodeToString(encoded);
    Path file = dir.resolve(what.replace(' ', '-') + ".pem");
    return Files.writeString(
            file, "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(what, text))
        .toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @AfterEach
  void stop() {
    System.clearProperty(TRUST);
    System.clearProperty(TRUST_PASSWORD);
    server.close();
  }

  private RedisFetchLedger<String, String> ledger() {
    return RedisFetchLedger.builder(uri, RedisContract.CODEC).cache("tls").build();
  }

  @Test
  void commandsAndTheFeedGoOverTls() throws Exception {
    System.setProperty(TRUST, trusted.toString());
    System.setProperty(TRUST_PASSWORD, PASSWORD);
    LinkedBlockingQueue<String> notices = new LinkedBlockingQueue<>();
    try (RedisFetchLedger<String, String> ledger = RedisContract.connected(ledger())) {
      var feed = ledger.listen(B.node(), new Noting(notices));
      assertThat(notices.poll(30, TimeUnit.SECONDS)).isEqualTo("attached false");
      Lease<String> lease = leaseOf(await(ledger.join(A, "key", OPTIONS)));
      FetchEnd<String> end = new FetchEnd.Success<>("value");
      Completion<String> completed = await(ledger.complete(lease, end, Duration.ofMinutes(1)));
      assertThat(completed).isEqualTo(new Completion.Accepted<String>(0));

      Void ignored = await(ledger.invalidate(A, "key"));

      assertThat(notices.poll(30, TimeUnit.SECONDS)).isEqualTo("invalidated key");
      feed.close();
    }
  }

  @Test
  void aCertificateThatIsNotTrustedIsRefusedAndTheFailureSaysWhy() {
    try (RedisFetchLedger<String, String> ledger = ledger()) {
      Awaitility.await()
          .atMost(30, TimeUnit.SECONDS)
          .untilAsserted(
              () ->
                  assertThat(failureOf(ledger.join(A, "key", OPTIONS)))
                      .isInstanceOf(LedgerUnavailableException.class)
                      .hasStackTraceContaining(SSLHandshakeException.class.getName()));
    }
  }
}
