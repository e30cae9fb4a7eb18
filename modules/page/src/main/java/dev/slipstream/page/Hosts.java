package dev.slipstream.page;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names by which browsers may address the page. A site whose name has been pointed at this
 * machine (DNS rebinding) has its own name in the header {@code Host}, and is refused.
 */
final class Hosts {
  private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");
  private static final Pattern PORT = Pattern.compile(":\\d*$");

  private final boolean loopback;
  private final Set<String> names;

  Hosts(boolean loopback, Set<String> names) {
    this.loopback = loopback;
    this.names = names;
  }

  /** Any name is allowed where the page is meant for the network and no name has been given. */
  boolean allow(@Nullable String header) {
    if (!loopback && names.isEmpty()) {
      return true;
    }
    if (header == null) {
      return false;
    }
    String name = normal(PORT.matcher(header).replaceFirst(""));
    return names.contains(name) || (loopback && LOOPBACK.matcher(name).matches());
  }

  static String normal(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }
}
