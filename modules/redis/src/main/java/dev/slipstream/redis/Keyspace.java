package dev.slipstream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The names of the server's keys. All of a shard have one hash tag, {@code
 * {prefix:cache:schema:shard}}, and so one slot; a record's name ends in a digest of its key.
 */
final class Keyspace {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");
  private static final int DIGEST_BYTES = 16;

  private final String prefix;
  private final int shards;
  private final byte @Nullable [] secret;

  Keyspace(String prefix, String cache, String schema, int shards, byte @Nullable [] secret) {
    this.prefix = "{" + prefix + ':' + cache + ':' + schema + ':';
    this.shards = shards;
    this.secret = secret;
  }

  static String checkName(String name, String what) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          what + " must be 1 to 100 of A-Z, a-z, 0-9, '.', '_' and '-': choose another name");
    }
    return name;
  }

  int shards() {
    return shards;
  }

  boolean isHashed() {
    return secret != null;
  }

  KeyRef ref(byte[] key) {
    byte[] digest = Arrays.copyOf(digest(key), DIGEST_BYTES);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    int shard = Math.floorMod(digest[0] << 8 | (digest[1] & 0xff), shards);
    return new KeyRef(text, secret == null ? key : text.getBytes(UTF_8), shard);
  }

  private byte[] digest(byte[] key) {
    try {
      if (secret == null) {
        return MessageDigest.getInstance("SHA-256").digest(key);
      }
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac.doFinal(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256 and HmacSHA256", e);
    }
  }

  /** Returns the keys of a script on a record; with an empty digest what their names begin with. */
  byte[][] record(int shard, String digest) {
    String tag = tag(shard);
    return bytes(tag + "r:" + digest, tag + "g:" + digest, tag + "m", tag + "f");
  }

  byte[] meta(int shard) {
    return (tag(shard) + "m").getBytes(UTF_8);
  }

  byte[] feed(int shard) {
    return (tag(shard) + "f").getBytes(UTF_8);
  }

  byte[] notEnded(int shard) {
    return (tag(shard) + "n").getBytes(UTF_8);
  }

  byte[] ended(int shard) {
    return (tag(shard) + "t").getBytes(UTF_8);
  }

  private String tag(int shard) {
    return prefix + shard + "}:";
  }

  private static byte[][] bytes(String... names) {
    return Arrays.stream(names).map(name -> name.getBytes(UTF_8)).toArray(byte[][]::new);
  }
}
