package dev.slipstream.view;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Function;

/** Writes values as those of another codec. */
record MappedCodec<T, U>(
    ValueCodec<T> codec,
    Function<? super U, ? extends T> written,
    Function<? super T, ? extends U> read)
    implements ValueCodec<U> {
  @Override
  public void write(U value, OutputStream out) throws IOException {
    codec.write(written.apply(value), out);
  }

  @Override
  public U read(InputStream in) throws IOException {
    return read.apply(codec.read(in));
  }
}
