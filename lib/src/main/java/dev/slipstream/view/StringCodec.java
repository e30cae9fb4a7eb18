package dev.slipstream.view;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;

/**
 * Strings in UTF-8, with nothing replaced. {@code getBytes} and {@code new String} are several
 * times as fast as a coder that reports, but replace what is malformed; so only a string that may
 * be malformed goes through a coder.
 */
enum StringCodec implements ValueCodec<String> {
  INSTANCE;

  private static final char REPLACEMENT = '\uFFFD';

  @Override
  public void write(String value, OutputStream out) throws IOException {
    if (hasSurrogates(value)) {
      ByteBuffer bytes = UTF_8.newEncoder().encode(CharBuffer.wrap(value));
      out.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
    } else {
      out.write(value.getBytes(UTF_8));
    }
  }

  @Override
  public String read(InputStream in) throws IOException {
    byte[] bytes = in.readAllBytes();
    String value = new String(bytes, UTF_8);
    return value.indexOf(REPLACEMENT) < 0
        ? value
        : UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static boolean hasSurrogates(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (Character.isSurrogate(value.charAt(i))) {
        return true;
      }
    }
    return false;
  }
}
