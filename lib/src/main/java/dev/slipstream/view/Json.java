package dev.slipstream.view;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** What needs Jackson to be loaded. */
record Json<T>(ObjectReader reader, ObjectWriter writer) implements ValueCodec<T> {
  static <T> Json<T> of(Class<T> type) {
    return of(JsonMapper.builder().findAndAddModules().build(), type);
  }

  static <T> Json<T> of(ObjectMapper mapper, Class<T> type) {
    return new Json<>(
        mapper.readerFor(type).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS),
        mapper.writerFor(type));
  }

  @Override
  public void write(T value, OutputStream out) throws IOException {
    writer.writeValue(out, value);
  }

  @Override
  public T read(InputStream in) throws IOException {
    return reader.readValue(in);
  }
}
