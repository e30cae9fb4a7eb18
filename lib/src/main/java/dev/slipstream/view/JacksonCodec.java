package dev.slipstream.view;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;

/**
 * Writes records, and whatever else Jackson can write, as JSON. Needs {@code
 * com.fasterxml.jackson.core:jackson-databind}, which the library does not bring along.
 *
 * @param <T> the type of values
 */
public final class JacksonCodec<T> implements ValueCodec<T> {
  private final ValueCodec<T> json;

  private JacksonCodec(ValueCodec<T> json) {
    this.json = json;
  }

  /**
   * Returns a codec with a mapper of its own: Jackson's defaults, and the modules that are found on
   * the class path (of {@code jackson-datatype-jsr310}, say, for {@code java.time}).
   *
   * @param type the class of the values
   * @param <T> the type of values
   * @return a codec for values of the class
   * @throws IllegalStateException if Jackson is missing
   */
  public static <T> JacksonCodec<T> of(Class<T> type) {
    Objects.requireNonNull(type, "type");
    try {
      return new JacksonCodec<>(Json.of(type));
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "JacksonCodec.of("
              + type.getName()
              + ") needs Jackson, which is missing; add com.fasterxml.jackson.core:jackson-databind",
          e);
    }
  }

  /**
   * Returns a codec with a mapper that was set up for the purpose: what it does about properties
   * that are unknown or missing decides whether one version of a service can read the other's file.
   *
   * @param mapper the mapper, which must not be reconfigured any more
   * @param type the class of the values
   * @param <T> the type of values
   * @return a codec for values of the class
   */
  @SuppressWarnings("exports") // A module that has a mapper requires Jackson already.
  public static <T> JacksonCodec<T> of(ObjectMapper mapper, Class<T> type) {
    return new JacksonCodec<>(
        Json.of(Objects.requireNonNull(mapper, "mapper"), Objects.requireNonNull(type, "type")));
  }

  @Override
  public void write(T value, OutputStream out) throws IOException {
    json.write(value, out);
  }

  @Override
  public T read(InputStream in) throws IOException {
    return json.read(in);
  }
}
