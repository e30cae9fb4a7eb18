package dev.slipstream.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The page's one file: the HTML with its style and its scripts inside, and the policy that allows
 * the browser these and nothing else, by their hashes.
 */
final class PageFile {
  private static final String STYLE = "<style></style>";
  private static final String SCRIPT = "<script></script>";

  private final byte[] html;
  private final String contentSecurityPolicy;

  PageFile() {
    String style = resource("page.css");
    String script = "'use strict';\n" + resource("plot.js") + resource("page.js");
    this.html =
        resource("page.html")
            .replace(STYLE, "<style>" + style + "</style>")
            .replace(SCRIPT, "<script>" + script + "</script>")
            .getBytes(UTF_8);
    this.contentSecurityPolicy =
        String.join(
            "; ",
            "default-src 'none'",
            "script-src 'sha256-" + sha256(script) + "'",
            "style-src 'sha256-" + sha256(style) + "'",
            "connect-src 'self'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'");
  }

  Answer answer() {
    return Answer.html(html, contentSecurityPolicy);
  }

  private static String resource(String name) {
    try (InputStream in = PageFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            "the jar of slipstream-page lacks its file %s: build it anew".formatted(name));
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the jar of slipstream-page cannot be read", e);
    }
  }

  private static String sha256(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
