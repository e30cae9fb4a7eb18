package dev.slipstream.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What may abort: nothing, unless the page was built so; then what has read the page, which other
 * sites cannot. They cannot send the header either without asking first, and that is refused.
 */
final class AbortToken {
  static final String HEADER = "Slipstream-Token";
  private static final int BYTES = 24;

  private final @Nullable String token;

  AbortToken(boolean allowAbort) {
    token = allowAbort ? random() : null;
  }

  private static String random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }

  /** Writes the token for the page, null where nothing may be aborted. */
  void write(Json json) {
    json.name("token");
    if (token == null) {
      json.nothing();
    } else {
      json.value(token);
    }
  }

  /** Returns why a request may not abort, or null if it may. */
  @Nullable String refusal(Headers headers) {
    if (token == null) {
      return "this page does not abort fetches: its builder allows it with allowAbort(true)";
    }
    String given = headers.getFirst(HEADER);
    boolean matches =
        given != null && MessageDigest.isEqual(given.getBytes(UTF_8), token.getBytes(UTF_8));
    return matches
        ? null
        : "the header %s has to be the token of the stream's first event: load the page anew"
            .formatted(HEADER);
  }
}
