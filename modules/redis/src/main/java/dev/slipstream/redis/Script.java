package dev.slipstream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** The scripts. Each is known to the server by the digest of its text, which is its version. */
enum Script {
  JOIN("event"),
  LOOK,
  LEAVE,
  CLAIM,
  RENEW,
  COMPLETE("event"),
  PUT,
  INVALIDATE,
  INVALIDATE_ALL,
  REGISTER,
  FIND,
  NOTE,
  PRUNE,
  GRANT,
  TRANSFER,
  GRANTS,
  DELETE_NODE,
  APPEND("event"),
  EVENTS,
  ACK,
  HELLO;

  final String text;
  final String digest;

  Script(String... parts) {
    StringBuilder all = new StringBuilder(name().equals("HELLO") ? "" : read("head"));
    for (String part : parts) {
      all.append(read(part));
    }
    text = all.append(read(name().toLowerCase(Locale.ROOT))).toString();
    digest = sha1(text.getBytes(UTF_8));
  }

  private static String read(String name) {
    try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + name + ".lua: build it again");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha1(byte[] text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
