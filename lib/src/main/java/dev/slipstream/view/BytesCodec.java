package dev.slipstream.view;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Arrays of bytes, as they are. */
enum BytesCodec implements ValueCodec<byte[]> {
  INSTANCE;

  @Override
  public void write(byte[] value, OutputStream out) throws IOException {
    out.write(value);
  }

  @Override
  public byte[] read(InputStream in) throws IOException {
    return in.readAllBytes();
  }
}
