package dev.slipstream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** The scripts. Each is known to the server by the digest of its text, which is its version. */
enum Script {
  JOIN,
  LOOK,
  LEAVE,
  CLAIM,
  RENEW,
  COMPLETE,
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
  APPEND,
  EVENTS,
  ACK,
  HELLO;

  final String text;
  final String digest;

  Script() {
    String own = ScriptText.read(name().toLowerCase(Locale.ROOT));
    text = name().equals("HELLO") ? own : ScriptText.withHead(ScriptText.read("head"), own);
    digest = sha1(text.getBytes(UTF_8));
  }

  private static String sha1(byte[] text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
