package dev.slipstream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.LedgerFormatException;
import dev.slipstream.ledger.NodeIdentity;
import java.net.URLDecoder;
import java.net.URLEncoder;

/**
 * Nodes and scopes as text: {@code name#incarnation/flight}, the names escaped so that {@code #}
 * and {@code /} are where they belong and nowhere else.
 */
final class Scopes {
  private Scopes() {}

  static String text(NodeIdentity node) {
    return namePart(node.name()) + escape(node.incarnation());
  }

  static String text(FetchScope scope) {
    return text(scope.node()) + '/' + scope.flight();
  }

  /** Returns what the text of every scope of a node begins with, whichever its incarnation. */
  static String namePart(String nodeName) {
    return escape(nodeName) + '#';
  }

  static FetchScope scope(String text) {
    try {
      int hash = text.indexOf('#');
      int slash = text.indexOf('/', hash);
      return new FetchScope(
          new NodeIdentity(
              unescape(text.substring(0, hash)), unescape(text.substring(hash + 1, slash))),
          Long.parseLong(text.substring(slash + 1)));
    } catch (RuntimeException e) {
      throw new LedgerFormatException(
          "a record in Redis names no scope where it has to: delete it, or use another prefix", e);
    }
  }

  private static String escape(String name) {
    return URLEncoder.encode(name, UTF_8);
  }

  private static String unescape(String name) {
    return URLDecoder.decode(name, UTF_8);
  }
}
