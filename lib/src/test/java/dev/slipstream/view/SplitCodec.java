package dev.slipstream.view;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.OptionalLong;

/** The first bytes of a value are its stub, the others its blob. */
record SplitCodec(int stubLength) implements BlobCodec<String, byte[], byte[]> {
  @Override
  public byte[] stub(String key, byte[] value) {
    return Arrays.copyOf(value, Math.min(stubLength, value.length));
  }

  @Override
  public InputStream open(String key, byte[] value) {
    int from = stub(key, value).length;
    return new ByteArrayInputStream(value, from, value.length - from);
  }

  @Override
  public OptionalLong size(String key, byte[] value) {
    return key.length() % 2 == 0
        ? OptionalLong.of(value.length - stub(key, value).length)
        : OptionalLong.empty();
  }

  @Override
  public byte[] join(String key, byte[] stub, InputStream blob) throws IOException {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.write(stub);
    blob.transferTo(joined);
    return joined.toByteArray();
  }
}
