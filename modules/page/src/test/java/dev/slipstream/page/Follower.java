package dev.slipstream.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipstream.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Follows the stream of a page, as a browser does, on a thread of its own. */
final class Follower implements AutoCloseable {
  private final HttpResponse<InputStream> answer;
  private final BlockingQueue<List<String>> events = new LinkedBlockingQueue<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  Follower(URI page) {
    answer = Http.events(page);
    Thread reader = new Thread(() -> read(answer.body()), "follower");
    reader.setDaemon(true);
    reader.start();
  }

  private void read(InputStream in) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      List<String> event = new ArrayList<>();
      String line = lines.readLine();
      while (line != null) {
        if (line.isEmpty()) {
          events.add(event);
          event = new ArrayList<>();
        } else {
          event.add(line);
        }
        line = lines.readLine();
      }
    } catch (IOException e) {
      return; // the stream was cut off, which is an end as well
    } finally {
      ended.countDown();
    }
  }

  int status() {
    return answer.statusCode();
  }

  Optional<String> header(String name) {
    return answer.headers().firstValue(name);
  }

  /** Returns the lines of the next event, or comment. */
  List<String> next() {
    try {
      List<String> event = events.poll(Eventually.SECONDS, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("no event came");
      }
      return event;
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for an event", e);
    }
  }

  /** Returns the data of the next event of that name; comments are passed over. */
  JsonNode next(String name) {
    List<String> event = next();
    while (event.get(0).startsWith(":")) {
      event = next();
    }
    if (!event.get(0).equals("event: " + name) || event.size() != 2) {
      throw new AssertionError("not an event " + name + ": " + event);
    }
    return Http.json(event.get(1).substring("data: ".length()));
  }

  /** Returns the next state that the condition holds of. */
  JsonNode state(Predicate<JsonNode> condition) {
    JsonNode state = next("state");
    while (!condition.test(state)) {
      state = next("state");
    }
    return state;
  }

  void awaitEnd() {
    Eventually.opens(ended);
  }

  @Override
  public void close() throws IOException {
    answer.body().close();
  }
}
