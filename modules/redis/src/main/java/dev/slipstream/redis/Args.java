package dev.slipstream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arguments of a script, in order. */
final class Args {
  /** Longer times overflow the server's; nobody misses the rest. */
  private static final Duration LONGEST = Duration.ofDays(3_650);

  private final List<byte[]> args = new ArrayList<>(16);

  Args add(byte[] bytes) {
    args.add(bytes);
    return this;
  }

  Args addAll(Args more) {
    args.addAll(more.args);
    return this;
  }

  Args add(String text) {
    return add(text.getBytes(UTF_8));
  }

  Args add(long number) {
    return add(Long.toString(number));
  }

  Args add(boolean flag) {
    return add(flag ? "1" : "0");
  }

  /** Adds a text that may be missing, and whether it is there. */
  Args addOptional(@Nullable String text) {
    return add(text == null ? "" : text).add(text != null);
  }

  /** Adds milliseconds, rounded up: a time that is not zero does not become so. */
  Args add(Duration time) {
    return add(millis(time));
  }

  static long millis(Duration time) {
    return time.compareTo(LONGEST) > 0 ? LONGEST.toMillis() : time.plusNanos(999_999).toMillis();
  }

  byte[][] toArray() {
    return args.toArray(new byte[0][]);
  }
}
