package dev.slipstream.examples.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipstream.CoalescingCache;
import dev.slipstream.view.Blob;
import dev.slipstream.view.BlobCodec;
import dev.slipstream.view.CacheView;
import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.JacksonCodec;
import dev.slipstream.view.ValueCodec;
import dev.slipstream.view.ViewFile;
import dev.slipstream.view.ViewFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The code of {@code docs/view.md} that no example has. */
class ViewPageTest {
  private static final Logger log = LoggerFactory.getLogger(ViewPageTest.class);

  record Price(int cents) {}

  @Test
  void aFileThatIsRestoredAndWritten(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("prices.v1.view");
    CoalescingCache<String, Price> cache = CoalescingCache.builder().build();
    restoreAndWrite(file, cache);
    cache.put("lamp", new Price(1_990));
    ViewFile.write(file, cache, EntryCodec.of(ValueCodec.string(), JacksonCodec.of(Price.class)));
    cache.invalidateAll();
    restoreAndWrite(file, cache);

    assertEquals(Map.of("lamp", new Price(1_990)), cache.asMap());
    cache.close();
  }

  private static void restoreAndWrite(Path file, CoalescingCache<String, Price> cache)
      throws IOException {
    EntryCodec<String, Price> codec =
        EntryCodec.of(ValueCodec.string(), JacksonCodec.of(Price.class));

    try {
      ViewFile.restore(file, cache, codec); // at the start
    } catch (NoSuchFileException | ViewFormatException e) {
      log.warn("starting cold: {}", e.getMessage()); // the cache is untouched
    }

    ViewFile.write(file, cache, codec); // now and then, and at the end, before cache.close()
  }

  record Page(String title, String text) {}

  @Test
  void blobsThatAreKeptElsewhere() throws IOException {
    CoalescingCache<String, Page> cache = CoalescingCache.builder().build();
    cache.put("home", new Page("Home", "welcome"));
    Bucket bucket = new Bucket();
    BlobCodec<String, Page, String> pages = new PageCodec();

    CacheView<String, String> view =
        cache.snapshotWithBlobs(
            pages,
            batch -> { // up to 64 blobs, one batch at a time
              for (Blob<String> blob : batch) {
                bucket.put(blob.key(), blob.stream(), blob.size());
              }
            }); // returns: this batch is done

    cache.invalidateAll();
    cache.restoreWithBlobs(view, pages, key -> bucket.get(key));

    assertEquals(Map.of("home", new Page("Home", "welcome")), cache.asMap());
    cache.close();
  }

  private static final class PageCodec implements BlobCodec<String, Page, String> {
    @Override
    public String stub(String key, Page page) {
      return page.title();
    }

    @Override
    public InputStream open(String key, Page page) {
      return new ByteArrayInputStream(page.text().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Page join(String key, String title, InputStream text) throws IOException {
      return new Page(title, new String(text.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static final class Bucket {
    private final Map<String, byte[]> objects = new HashMap<>();

    void put(String key, InputStream content, OptionalLong size) throws IOException {
      objects.put(key, content.readAllBytes());
    }

    InputStream get(String key) {
      return new ByteArrayInputStream(objects.get(key));
    }
  }
}
