package dev.slipstream.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CoalescingCache;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What keeps other sites from reading the page, and keys from becoming a part of it. */
class SecurityTest {
  private final CoalescingCache<String, String> users = CoalescingCache.builder().build();
  private FlightPage page = FlightPage.builder().cache("users", users).start();

  @AfterEach
  void close() {
    page.close();
    users.close();
  }

  private void restart(FlightPageBuilder builder) {
    page.close();
    page = builder.start();
  }

  @Test
  void thePolicyAllowsThePagesOwnStyleAndScriptByTheirHashesAndNothingElse() throws Exception {
    HttpResponse<String> answer = Http.get(page.uri(), "");

    String policy = answer.headers().firstValue("Content-Security-Policy").orElseThrow();
    assertThat(policy.split("; "))
        .containsExactly(
            "default-src 'none'",
            "script-src 'sha256-" + hashOf("script", answer.body()) + "'",
            "style-src 'sha256-" + hashOf("style", answer.body()) + "'",
            "connect-src 'self'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'");
  }

  private static String hashOf(String element, String html) throws Exception {
    Matcher inside =
        Pattern.compile("(?s)<%s>(.*?)</%s>".formatted(element, element)).matcher(html);
    assertThat(inside.find()).as(element).isTrue();
    assertThat(inside.group(1)).isNotBlank();
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(inside.group(1).getBytes(UTF_8));
    return Base64.getEncoder().encodeToString(hash);
  }

  @Test
  void thePageLoadsNothingAndMakesNoHtmlOfTexts() {
    String html = Http.get(page.uri(), "").body();

    assertThat(html)
        .doesNotContainPattern("(?i)\\ssrc\\s*=|@import|\\burl\\(|<link rel=\"?stylesheet")
        .doesNotContainPattern("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\b")
        .doesNotContainPattern("https?://(?!www\\.w3\\.org/2000/svg)");
  }

  @Test
  void everyAnswerHasTheHeadersThatKeepItToItself() {
    for (String path : List.of("", "caches", "caches/users", "nothing")) {
      HttpHeaders headers = Http.get(page.uri(), path).headers();
      Map.of(
              "Cache-Control", "no-store",
              "X-Content-Type-Options", "nosniff",
              "X-Frame-Options", "DENY",
              "Referrer-Policy", "no-referrer",
              "Cross-Origin-Opener-Policy", "same-origin",
              "Cross-Origin-Resource-Policy", "same-origin")
          .forEach((name, value) -> assertThat(headers.firstValue(name)).contains(value));
      assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
          .startsWith("default-src 'none'");
      assertThat(headers.firstValue("Access-Control-Allow-Origin")).isEmpty();
    }
  }

  @Test
  void aSiteThatPointsItsNameAtThisMachineIsRefused() throws IOException {
    String port = ":" + page.uri().getPort();
    for (String host : List.of("localhost", "LOCALHOST" + port, "127.0.0.1" + port, "[::1]")) {
      assertThat(status("Host: " + host)).as(host).isEqualTo(200);
    }
    for (String host :
        List.of("evil.example", "localhost.evil.example" + port, "127.0.0.1.evil.example", "")) {
      assertThat(status("Host: " + host)).as(host).isEqualTo(421);
    }
    assertThat(status("Accept: text/html")).as("no host").isEqualTo(421);
  }

  @Test
  void aHostThatWasNamedIsAnswered() throws IOException {
    restart(FlightPage.builder().cache("users", users).host("Ops.example"));

    assertThat(status("Host: ops.example:443")).isEqualTo(200);
    assertThat(status("Host: localhost")).isEqualTo(200);
    assertThat(status("Host: other.example")).isEqualTo(421);
  }

  @Test
  void onAnyAddressEveryHostIsAnsweredUntilOneIsNamed() throws IOException {
    InetAddress any = InetAddress.getByAddress(new byte[4]);
    restart(FlightPage.builder().cache("users", users).address(any));
    assertThat(status("Host: ops.example")).isEqualTo(200);
    assertThat(page.uri().getHost()).isEqualTo(InetAddress.getLoopbackAddress().getHostAddress());

    restart(FlightPage.builder().cache("users", users).address(any).host("ops.example"));
    assertThat(status("Host: ops.example")).isEqualTo(200);
    assertThat(status("Host: localhost")).isEqualTo(421);
  }

  private int status(String header) throws IOException {
    String answer = Http.raw(page.uri(), "GET /caches HTTP/1.1", header);
    return Integer.parseInt(answer.substring(9, 12));
  }
}
