package dev.slipstream.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A live page of the fetches of caches, for a browser: those that run, with key, age and callers;
 * how the last ones ended; hit ratio, coalescing ratio and the part of the fetches that was saved
 * because their callers left; and plots of the last minutes.
 *
 * <pre>{@code
 * FlightPage page = FlightPage.builder().cache("users", users, ends).start();
 * }</pre>
 *
 * <p>{@link FlightPageBuilder#start} gives it a server of its own, on the loopback address unless
 * another is set. {@link FlightPageBuilder#build} makes one to be mounted in a server of the
 * application's, which is where it is protected:
 *
 * <pre>{@code
 * FlightPage page = FlightPage.builder().cache("users", users, ends).build();
 * server.createContext("/flights", page).setAuthenticator(operatorsOnly);
 * }</pre>
 *
 * <p>The page has keys, as {@link FlightPageBuilder#keys} writes them, and types of failures; never
 * a value, nor the message of a failure. It follows server-sent events, one stream for each browser
 * tab; a browser that is slow gets the latest state only, and holds up nobody.
 *
 * <p>An open page refers to its caches, and has threads of its own, daemons: one that looks at the
 * caches once an interval, one for each stream, and those of its server. {@link #close} ends them
 * all. A cache may be closed before its page: it is shown without flights from then on.
 *
 * <p>All methods may be called from any thread.
 */
public final class FlightPage implements HttpHandler, AutoCloseable {
  private static final Logger LOG = System.getLogger(FlightPage.class.getName());
  private static final long CLOSE_MILLIS = 5_000;

  private final PageThreads threads = new PageThreads();
  private final Writes writes = new Writes();
  private final PageState state;
  private final EventStreams streams;
  private final Sampler sampler;
  private final AbortToken token;
  private final Routes routes;
  private final @Nullable PageServer server;
  private final int maxStreams;
  private final Duration every;
  private final Duration heartbeat;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Makes a page; with an address also its server, which takes the port. */
  private FlightPage(Settings settings, @Nullable InetSocketAddress address) {
    this.server = address == null ? null : new PageServer(address, threads);
    this.state = new PageState(settings.caches(), new KeyTexts(settings.keys()));
    this.maxStreams = settings.maxStreams();
    this.every = settings.every();
    this.heartbeat = settings.heartbeat();
    this.streams = new EventStreams(maxStreams, threads);
    this.sampler = new Sampler(state, streams, threads);
    this.token = new AbortToken(settings.allowAbort());
    boolean loopback = address != null && address.getAddress().isLoopbackAddress();
    this.routes =
        new Routes(
            state,
            new Hosts(loopback, settings.hosts()),
            token,
            this::startStream,
            sampler::publishSoon);
  }

  static FlightPage open(Settings settings, @Nullable InetSocketAddress address) {
    FlightPage page = new FlightPage(settings, address);
    boolean open = false;
    try {
      page.sampler.start(settings.every(), page.writes, settings.writeTimeout());
      if (page.server != null) {
        page.server.start(page);
      }
      open = true;
    } finally {
      if (!open) { // there is no memory for a thread
        page.close();
      }
    }
    return page;
  }

  /**
   * Returns a builder of a page without caches.
   *
   * @return a builder
   */
  public static FlightPageBuilder builder() {
    return new FlightPageBuilder();
  }

  /**
   * Returns where a browser finds the page.
   *
   * @return the address of the page's own server, with the port that it listens at
   * @throws IllegalStateException if it has none, since it was made by {@link
   *     FlightPageBuilder#build}
   */
  public URI uri() {
    if (server == null) {
      throw new IllegalStateException(
          "this page has no server of its own: it is where it was mounted, or use start()");
    }
    return server.uri();
  }

  /**
   * Answers a request; for the server that the page is mounted in. A stream of events is handed
   * over to a thread of the page's, so that it takes none of the server's.
   *
   * @param exchange the request, and where the answer goes
   * @throws IOException if the browser has gone
   */
  @Override
  public void handle(HttpExchange exchange) throws IOException {
    if (closed.get()) {
      Answer.text(503, "this page is closed").send(exchange, new Writes());
      return;
    }
    Answer answer;
    try {
      answer = routes.answer(exchange);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "the flight page has no answer", e);
      answer = Answer.text(500, "no answer: the log has the failure, " + e.getClass().getName());
    }
    if (answer != null) {
      answer.send(exchange, writes);
    }
  }

  private @Nullable Answer startStream(HttpExchange exchange) {
    EventStream stream = new EventStream(exchange, writes, heartbeat, hello());
    if (!streams.tryStart(stream)) {
      return Answer.text(
          503,
          "there are %d streams, as many as there may be: close another page, or set maxStreams"
              .formatted(maxStreams),
          Map.of("Retry-After", "5"));
    }
    sampler.publishSoon();
    return null;
  }

  private byte[] hello() {
    Json json = new Json().object();
    token.write(json);
    json.name("everyMillis").value(Durations.nanos(every) / 1_000_000);
    json.name("rows").value(History.MOST);
    state.writeHistory(json);
    return EventStream.event("hello", json.endObject());
  }

  /**
   * Ends all streams and the page's own server, waits for its threads to end, at most five seconds,
   * and lets go of the caches, which stay open. A page that is mounted elsewhere answers 503 from
   * then on. Further calls have no effect.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      streams.close();
      sampler.close();
      writes.close();
      if (server != null) {
        server.close();
      }
      threads.join(CLOSE_MILLIS);
      state.release();
    }
  }
}
