package dev.slipstream.examples.warmstart;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchContext;
import dev.slipstream.examples.shared.Database;
import dev.slipstream.examples.shared.ShopServer;
import dev.slipstream.examples.shared.Workers;
import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.JacksonCodec;
import dev.slipstream.view.ValueCodec;
import dev.slipstream.view.ViewFile;
import dev.slipstream.view.ViewFormatException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A web service that starts with the entries that its cache held when it was last saved: at regular
 * intervals, and when it is closed. It prints what it does.
 */
final class WarmService implements AutoCloseable {
  /** After this many requests it prints how many queries they took. */
  static final int FIRST_REQUESTS = 100;

  private static final EntryCodec<Integer, Advice> CODEC =
      EntryCodec.of(
          ValueCodec.string().<Integer>mapped(Object::toString, Integer::valueOf),
          JacksonCodec.of(Advice.class));

  private final ExecutorService workers = Workers.start();
  private final ScheduledExecutorService saver =
      Executors.newSingleThreadScheduledExecutor(Workers::daemon);
  private final CoalescingCache<Integer, Advice> cache =
      CoalescingCache.builder()
          .maximumSize(10_000)
          .expireAfterWrite(Duration.ofHours(1))
          .executor(workers)
          .recordStats()
          .build();
  private final AtomicInteger answered = new AtomicInteger();
  private final Path file;
  private final Database database;
  private final PrintStream out;
  private final ShopServer server;

  /** The values of the cache, written as JSON. */
  record Advice(int item, List<String> similar) {}

  private WarmService(Path file, int port, Database database, PrintStream out) throws IOException {
    this.file = file;
    this.database = database;
    this.out = out;
    restore(); // before the first request
    server = ShopServer.start(port);
    server.use(this::answer);
  }

  /**
   * Starts a service.
   *
   * @param file holds the entries of the cache between runs
   * @param port where it listens; 0 is any free port
   * @param database answers what is not cached; it stays open
   * @param saveSeconds the interval at which the file is written
   * @param out receives a line for each start and save
   * @throws java.net.BindException if the port is in use
   * @throws IOException if there is a file, but it cannot be read
   */
  static WarmService start(Path file, int port, Database database, int saveSeconds, PrintStream out)
      throws IOException {
    WarmService service = new WarmService(file, port, database, out);
    service.saver.scheduleWithFixedDelay(service::save, saveSeconds, saveSeconds, TimeUnit.SECONDS);
    return service;
  }

  private void restore() throws IOException {
    long start = System.nanoTime();
    try {
      long entries = ViewFile.restore(file, cache, CODEC);
      say("warm: %,d entries in %,d ms from %s", entries, millisSince(start), file);
    } catch (NoSuchFileException e) {
      say("cold: %s does not exist yet", file);
    } catch (ViewFormatException e) { // checked before anything is stored
      Path aside = Path.of(file + ".damaged-" + System.currentTimeMillis());
      Files.move(file, aside); // the next save would replace it
      say("cold: %s", e.getMessage());
      say("      the file is kept as %s", aside);
    }
  }

  private void save() { // at intervals, and before the cache is closed
    long start = System.nanoTime();
    try {
      long entries = ViewFile.write(file, cache, CODEC);
      say("saved: %,d entries in %,d ms to %s", entries, millisSince(start), file);
    } catch (IOException | RuntimeException e) {
      say("not saved: %s", e); // the previous file is intact
    }
  }

  private CompletableFuture<String> answer(int item, int timeoutMillis) {
    return cache
        .getOrFetch(item, this::load)
        .orTimeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .thenApply(advice -> String.join(", ", advice.similar()))
        .whenComplete((names, failure) -> count());
  }

  private Advice load(int item) throws SQLException, InterruptedException {
    String names = database.similarItems(item, FetchContext.current()::onAbandon);
    return new Advice(item, List.of(names.split(", ")));
  }

  private void count() {
    if (answered.incrementAndGet() == FIRST_REQUESTS) {
      say("the first %d requests took %d queries", FIRST_REQUESTS, cache.stats().fetchCount());
    }
  }

  /** Returns the address of an item. */
  URI address(int item) {
    return server.address(item);
  }

  /** Stops answering, saves the entries, and closes the cache. */
  @Override
  public void close() {
    server.close();
    Workers.stop(saver);
    save();
    cache.close();
    Workers.stop(workers);
  }

  private void say(String format, Object... arguments) {
    out.println(String.format(Locale.ROOT, format, arguments));
  }

  private static long millisSince(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }
}
