package dev.slipstream.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URLDecoder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which request gets which answer. The paths, below the one that the page is mounted at:
 *
 * <pre>
 * GET                                   the page
 * GET  events                           the stream that the page follows
 * GET  caches                           all caches
 * GET  caches/{name}                    one cache
 * POST caches/{name}/fetches/{id}/abort
 * </pre>
 */
final class Routes {
  private static final Logger LOG = System.getLogger(FlightPage.class.getName());
  private static final Set<String> READS = Set.of("GET", "HEAD");
  private static final String PATHS = "this page has the paths events, caches and caches/<name>";

  private final PageFile file = new PageFile();
  private final PageState state;
  private final Hosts hosts;
  private final AbortToken token;
  private final Function<HttpExchange, @Nullable Answer> events;
  private final Runnable changed;

  /**
   * Makes the routes.
   *
   * @param events starts a stream and returns null, or returns why not
   * @param changed is run after an abort
   */
  Routes(
      PageState state,
      Hosts hosts,
      AbortToken token,
      Function<HttpExchange, @Nullable Answer> events,
      Runnable changed) {
    this.state = state;
    this.hosts = hosts;
    this.token = token;
    this.events = events;
    this.changed = changed;
  }

  /** Returns the answer; null if the exchange has been handed over to a stream. */
  @Nullable Answer answer(HttpExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst("Host");
    if (!hosts.allow(host)) {
      return Answer.text(
          421,
          "this page does not answer to the host "
              + host
              + ": use the address that it was started with, or name the host to its builder");
    }
    String context = exchange.getHttpContext().getPath();
    String path = exchange.getRequestURI().getRawPath();
    if (!path.startsWith(context)) {
      return notFound(path);
    }
    String rest = path.substring(context.length());
    if (context.endsWith("/")) {
      return answer(exchange, rest);
    }
    if (rest.isEmpty()) { // relative, since a proxy may show the page at another path
      String last = context.substring(context.lastIndexOf('/') + 1) + "/";
      return Answer.text(308, "the page is at " + last, Map.of("Location", last));
    }
    return rest.startsWith("/") ? answer(exchange, rest.substring(1)) : notFound(path);
  }

  private @Nullable Answer answer(HttpExchange exchange, String path) {
    List<String> parts = Stream.of(path.split("/", -1)).map(Routes::decoded).toList();
    String method = exchange.getRequestMethod();
    if (path.isEmpty()) {
      return READS.contains(method) ? file.answer() : notAllowed(method, "GET, HEAD");
    }
    if (path.equals("events")) {
      return method.equals("GET") ? events.apply(exchange) : notAllowed(method, "GET");
    }
    if (path.equals("caches")) {
      return READS.contains(method) ? Answer.json(state.all()) : notAllowed(method, "GET, HEAD");
    }
    if (!parts.get(0).equals("caches")) {
      return notFound(path);
    }
    WatchedCache cache = state.cache(parts.get(1));
    if (cache == null) {
      return Answer.text(
          404, "this page has no cache of that name: the path caches lists those that it has");
    }
    if (parts.size() == 2) {
      return READS.contains(method)
          ? Answer.json(state.one(cache))
          : notAllowed(method, "GET, HEAD");
    }
    if (parts.size() == 5 && parts.get(2).equals("fetches") && parts.get(4).equals("abort")) {
      return method.equals("POST")
          ? abort(exchange, cache, parts.get(3))
          : notAllowed(method, "POST");
    }
    return notFound(path);
  }

  private Answer abort(HttpExchange exchange, WatchedCache cache, String fetch) {
    String refusal = token.refusal(exchange.getRequestHeaders());
    if (refusal != null) {
      return Answer.text(403, refusal);
    }
    if (!fetch.matches("\\d{1,18}")) {
      return Answer.text(404, "the number of a fetch is a number, as its field fetch says");
    }
    String key = state.abort(cache, Long.parseLong(fetch));
    if (key == null) {
      return Answer.text(
          409, "fetch " + fetch + " is not to be aborted: it has ended, is fenced, or just stores");
    }
    LOG.log(
        Level.INFO,
        "cache {0}: fetch {1} of key {2} was aborted on the flight page, from {3}",
        cache.name(),
        fetch,
        key.replaceAll("\\p{C}", "?"),
        exchange.getRemoteAddress());
    changed.run();
    return Answer.json(new Json().object().name("aborted").value(fetch).endObject());
  }

  private static Answer notAllowed(String method, String allowed) {
    return Answer.text(
        405,
        "%s is not for this path: use %s".formatted(method, allowed),
        Map.of("Allow", allowed));
  }

  private static Answer notFound(String path) {
    return Answer.text(404, "there is nothing at %s: %s".formatted(path, PATHS));
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), UTF_8);
  }
}
