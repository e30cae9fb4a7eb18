package dev.slipstream;

import static dev.slipstream.Scene.KEY;

import dev.slipstream.view.BlobCodec;
import dev.slipstream.view.CacheView;
import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.EntryView;
import dev.slipstream.view.ValueCodec;
import dev.slipstream.view.ViewFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;

/** User code that views call. */
final class ViewCode {
  private static final String ENTRIES =
      "partition predicate; iterator given to `restore` and `merge`";
  private static final String CODECS =
      "`EntryCodec`, `BlobCodec`, `BlobVisitor`, `BlobSource`, `ViewProgress`";
  private static final ValueCodec<Object> KEYS =
      ValueCodec.string().mapped(Object::toString, text -> text);
  private static final EntryCodec<Object, String> CODEC = EntryCodec.of(KEYS, ValueCodec.string());

  private ViewCode() {}

  static List<UserCode> all() {
    return List.of(
        UserCode.of(ENTRIES, "predicate of a snapshot", ViewCode::predicateOfASnapshot),
        UserCode.of(ENTRIES, "predicate of a restore", ViewCode::predicateOfARestore),
        UserCode.of(ENTRIES, "iterator of a restore", ViewCode::iteratorOfARestore),
        UserCode.of(ENTRIES, "iterator of a merge", ViewCode::iteratorOfAMerge),
        UserCode.of(CODECS, "codec of a write", ViewCode::codecOfAWrite),
        UserCode.of(CODECS, "codec of a restore", ViewCode::codecOfARestore),
        UserCode.of(CODECS, "progress", ViewCode::progress),
        UserCode.of(CODECS, "blob codec", ViewCode::blobCodec),
        UserCode.of(CODECS, "blob visitor", ViewCode::blobVisitor),
        UserCode.of(CODECS, "blob source", ViewCode::blobSource));
  }

  private static CoalescingCache<Object, String> filled(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    cache.put(KEY, "value");
    return cache;
  }

  private static boolean blocks(Scene scene) {
    scene.block();
    return true;
  }

  private static void predicateOfASnapshot(Scene scene) {
    CoalescingCache<Object, String> cache = filled(scene);
    scene.calls(() -> cache.snapshot(key -> blocks(scene)));
  }

  private static void predicateOfARestore(Scene scene) {
    CoalescingCache<Object, String> cache = filled(scene);
    scene.calls(
        () -> {
          cache.restore(key -> blocks(scene), entries(() -> {}));
          return true;
        });
  }

  private static void iteratorOfARestore(Scene scene) {
    CoalescingCache<Object, String> cache = filled(scene);
    scene.runs(() -> cache.restore(key -> true, entries(scene::block)));
  }

  private static void iteratorOfAMerge(Scene scene) {
    CoalescingCache<Object, String> cache = filled(scene);
    scene.runs(() -> cache.merge(entries(scene::block)));
  }

  private static Iterator<EntryView<Object, String>> entries(Runnable first) {
    Iterator<EntryView<Object, String>> one =
        List.of(new EntryView<Object, String>(KEY, "restored", Instant.now(), null)).iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        first.run();
        return one.hasNext();
      }

      @Override
      public EntryView<Object, String> next() {
        return one.next();
      }
    };
  }

  private static Path file(Scene scene) throws IOException {
    Path directory = Files.createTempDirectory("slipstream-test-");
    Path file = directory.resolve("view");
    scene.closes(
        () -> {
          Files.deleteIfExists(file);
          Files.delete(directory);
        });
    return file;
  }

  private static EntryCodec<Object, String> blockingCodec(Scene scene) {
    ValueCodec<String> values =
        ValueCodec.string()
            .mapped(
                value -> {
                  scene.block();
                  return value;
                },
                text -> {
                  scene.block();
                  return text;
                });
    return EntryCodec.of(KEYS, values);
  }

  private static void codecOfAWrite(Scene scene) throws IOException {
    CoalescingCache<Object, String> cache = filled(scene);
    Path file = file(scene);
    scene.calls(() -> ViewFile.write(file, cache, blockingCodec(scene)));
  }

  private static void codecOfARestore(Scene scene) throws IOException {
    CoalescingCache<Object, String> cache = filled(scene);
    Path file = file(scene);
    ViewFile.write(file, cache, CODEC);
    scene.calls(() -> ViewFile.restore(file, cache, blockingCodec(scene)));
  }

  private static void progress(Scene scene) throws IOException {
    CoalescingCache<Object, String> cache = filled(scene);
    Path file = file(scene);
    scene.calls(() -> ViewFile.write(file, cache, CODEC, (step, entries, bytes) -> scene.block()));
  }

  /** Splits a value into a stub and a blob, and joins them. */
  private record Split(Runnable first) implements BlobCodec<Object, String, String> {
    @Override
    public String stub(Object key, String value) {
      first.run();
      return "stub";
    }

    @Override
    public InputStream open(Object key, String value) {
      return stream(value);
    }

    @Override
    public String join(Object key, String stub, InputStream blob) throws IOException {
      return new String(blob.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream stream(String value) {
    return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
  }

  private static void blobCodec(Scene scene) {
    CoalescingCache<Object, String> cache = filled(scene);
    scene.calls(() -> cache.snapshotWithBlobs(new Split(scene::block), batch -> {}));
  }

  private static void blobVisitor(Scene scene) {
    CoalescingCache<Object, String> cache = filled(scene);
    scene.calls(() -> cache.snapshotWithBlobs(new Split(() -> {}), batch -> scene.block()));
  }

  private static void blobSource(Scene scene) throws IOException {
    CoalescingCache<Object, String> cache = filled(scene);
    CacheView<Object, String> stubs = cache.snapshotWithBlobs(new Split(() -> {}), batch -> {});
    scene.calls(
        () -> {
          cache.restoreWithBlobs(
              stubs,
              new Split(() -> {}),
              key -> {
                scene.block();
                return stream("value");
              });
          return true;
        });
  }
}
