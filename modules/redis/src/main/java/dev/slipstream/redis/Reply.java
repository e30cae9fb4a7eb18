package dev.slipstream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipstream.ledger.LedgerFormatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a script returned. It may have been written by an attacker: each part is checked. */
final class Reply {
  private final List<?> parts;

  Reply(@Nullable Object parts) {
    if (!(parts instanceof List<?> list)) {
      throw malformed(null);
    }
    this.parts = list;
  }

  static LedgerFormatException malformed(@Nullable Throwable cause) {
    return new LedgerFormatException(
        "what Redis holds is not a ledger's record: delete it, or use another prefix, cache or"
            + " schema",
        cause);
  }

  int size() {
    return parts.size();
  }

  private Object part(int index) {
    Object part = index < parts.size() ? parts.get(index) : null;
    if (part == null) {
      throw malformed(null);
    }
    return part;
  }

  byte[] bytes(int index) {
    if (part(index) instanceof byte[] bytes) {
      return bytes;
    }
    throw malformed(null);
  }

  String text(int index) {
    return new String(bytes(index), UTF_8);
  }

  @Nullable String textOrNull(int index) {
    return index < parts.size() && parts.get(index) != null ? text(index) : null;
  }

  /** Returns a number that came as one, or as text. */
  long number(int index) {
    if (part(index) instanceof Long number) {
      return number;
    }
    return number(text(index));
  }

  static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw malformed(e);
    }
  }

  Reply reply(int index) {
    return new Reply(part(index));
  }

  List<Reply> replies() {
    List<Reply> replies = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      replies.add(reply(i));
    }
    return replies;
  }

  /** Returns a list of names and values as a map. */
  Map<String, byte[]> fields() {
    Map<String, byte[]> fields = new LinkedHashMap<>();
    for (int i = 0; i + 1 < parts.size(); i += 2) {
      fields.put(text(i), bytes(i + 1));
    }
    return fields;
  }
}
