package dev.slipstream.redis;

/** A key as the server knows it. */
final class KeyRef {
  private final String digest;
  private final byte[] stored;
  private final int shard;

  KeyRef(String digest, byte[] stored, int shard) {
    this.digest = digest;
    this.stored = stored;
    this.shard = shard;
  }

  /** Returns the name of its record, in 22 characters. */
  String digest() {
    return digest;
  }

  /** Returns what records and the feed have of it: its bytes, or its digest if keys are hashed. */
  byte[] stored() {
    return stored;
  }

  int shard() {
    return shard;
  }
}
