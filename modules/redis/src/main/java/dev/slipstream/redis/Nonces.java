package dev.slipstream.redis;

import java.util.concurrent.ThreadLocalRandom;

/** Numbers that say which call made an entry of a feed. */
final class Nonces {
  private Nonces() {}

  static String next() {
    return Long.toHexString(ThreadLocalRandom.current().nextLong());
  }

  /** Returns a nonce as a number; for one that no ledger made, some number. */
  static long number(String nonce) {
    try {
      return Long.parseUnsignedLong(nonce, 16);
    } catch (NumberFormatException e) {
      return nonce.hashCode();
    }
  }
}
