package dev.slipstream.examples.warmstart;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.shared.Database;
import dev.slipstream.examples.shared.Printed;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WarmServiceTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Printed printed = new Printed();
  @TempDir private Path directory;
  private Database database;
  private Path file;

  @BeforeEach
  void open() throws SQLException {
    database = Database.open(5_000, 2);
    file = directory.resolve("warm.view");
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  @Test
  void fetchedEntriesAreWarmAfterARestart() throws Exception {
    String answer;
    try (WarmService service = start()) {
      assertTrue(printed.text().startsWith("cold: " + file + " does not exist yet"), printed::text);
      answer = get(service, 7);
    }
    assertEquals(1, database.started());
    printed.clear();
    try (WarmService service = start()) {
      assertTrue(printed.text().startsWith("warm: 1 entries in "), printed::text);
      assertEquals(answer, get(service, 7));
      assertEquals(1, database.started());
      get(service, 8);
      assertEquals(2, database.started());
    }
    assertTrue(printed.text().contains("saved: 2 entries in "), printed::text);
  }

  @Test
  void aDamagedFileIsKeptAndTheStartIsCold() throws Exception {
    byte[] damaged = "something else".getBytes();
    Files.write(file, damaged);
    try (WarmService service = start()) {
      assertTrue(printed.text().startsWith("cold: "), printed::text);
      assertTrue(printed.text().contains("this is no view file"), printed::text);
      get(service, 7);
    }
    try (WarmService service = start()) {
      assertTrue(printed.text().contains("warm: 1 entries"), printed::text);
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> others = files.filter(path -> !path.equals(file)).toList();
      assertEquals(1, others.size(), others::toString);
      assertTrue(printed.text().contains("kept as " + others.get(0)), printed::text);
      assertArrayEquals(damaged, Files.readAllBytes(others.get(0)));
    }
  }

  @Test
  void aSaveThatFailsIsReported() throws Exception {
    file = directory.resolve("missing").resolve("warm.view");
    start().close();
    assertTrue(printed.text().contains("not saved: "), printed::text);
  }

  @Test
  void itReportsTheQueriesOfTheFirstRequests() throws Exception {
    try (WarmService service = start()) {
      for (int i = 0; i < WarmService.FIRST_REQUESTS; i++) {
        get(service, 1 + i % 3);
      }
    }
    assertTrue(printed.text().contains("the first 100 requests took 3 queries"), printed::text);
  }

  private WarmService start() throws IOException {
    return WarmService.start(file, 0, database, 3_600, printed.stream());
  }

  private static String get(WarmService service, int item) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(service.address(item)).build();
    return HTTP.send(request, BodyHandlers.ofString()).body();
  }
}
