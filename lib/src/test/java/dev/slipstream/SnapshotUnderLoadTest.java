package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.view.EntryCodec;
import dev.slipstream.view.EntryView;
import dev.slipstream.view.ValueCodec;
import dev.slipstream.view.ViewFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A snapshot of a busy cache never has what was invalidated before it began, and holds up nobody.
 *
 * <p>Each key has one writer, whose values are numbered. A writer publishes a number in {@code
 * gone} when an invalidation of it has returned; the thread that takes a snapshot reads {@code
 * gone} first. The seed is in the message of a failure.
 */
class SnapshotUnderLoadTest {
  private static final int WRITERS = 3;
  private static final int KEYS_EACH = 20;
  private static final int ROUNDS = 4_000;

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final long seed = System.nanoTime();
  private final CoalescingCache<Integer, Long> cache =
      caches.track(CoalescingCache.builder().name("test").recordStats().build());
  private final AtomicLongArray there = new AtomicLongArray(WRITERS * KEYS_EACH);
  private final AtomicLongArray gone = new AtomicLongArray(WRITERS * KEYS_EACH);

  @Test
  void nothingThatWasInvalidatedBeforeItBeganIsEverSeen() {
    List<Caller<Boolean>> writers =
        IntStream.range(0, WRITERS).mapToObj(i -> Caller.start(() -> write(i))).toList();
    long seen = 0;
    int snapshots = 0;
    while (!writers.stream().allMatch(Caller::isReturned)) {
      seen += snapshots % 50 == 49 ? invalidateAllAndLook() : look();
      snapshots++;
    }
    writers.forEach(Caller::value);

    assertThat(seen).as("entries in %d snapshots, seed %d", snapshots, seed).isPositive();
    Map<Integer, Long> atRest =
        cache.snapshot().entries().stream()
            .collect(Collectors.toMap(EntryView::key, EntryView::value));
    assertThat(atRest).as("a quiet cache, seed %d", seed).isEqualTo(cache.asMap());
  }

  private boolean write(int writer) {
    Random random = new Random(seed + writer);
    for (long number = 1; number <= ROUNDS; number++) {
      int key = writer * KEYS_EACH + random.nextInt(KEYS_EACH);
      switch (random.nextInt(6)) {
        case 0 -> {
          cache.invalidate(key);
          gone.set(key, there.get(key));
        }
        case 1, 2 -> fetchAcrossAnInvalidation(key, number);
        case 3 -> {
          long fetched = number;
          assertThat(cache.get(key, k -> fetched)).isLessThanOrEqualTo(fetched);
          there.set(key, number);
        }
        default -> {
          cache.put(key, number);
          there.set(key, number);
        }
      }
    }
    return true;
  }

  /** The late result of a fetch that is fenced, be it of a miss or of a refresh. */
  private void fetchAcrossAnInvalidation(int key, long number) {
    CompletableFuture<Long> promise = new CompletableFuture<>();
    FetchHandle<Long> handle = cache.refresh(key, (k, context) -> promise);
    there.set(key, number);
    cache.invalidate(key);
    gone.set(key, number);
    promise.complete(number);
    assertThat(handle).isCompletedWithValue(number);
  }

  /** Takes a snapshot, and returns how many entries it has. */
  private int look() {
    long[] floor = copyOf(gone);
    List<EntryView<Integer, Long>> entries = cache.snapshot().entries();
    assertAbove(floor, entries);
    assertThat(entries).extracting(EntryView::key).doesNotHaveDuplicates();
    return entries.size();
  }

  private int invalidateAllAndLook() {
    long[] floor = copyOf(there);
    cache.invalidateAll();
    List<EntryView<Integer, Long>> entries = cache.snapshot(key -> key % 2 == 0).entries();
    assertAbove(floor, entries);
    assertThat(entries).allMatch(entry -> entry.key() % 2 == 0);
    return entries.size();
  }

  private void assertAbove(long[] floor, List<EntryView<Integer, Long>> entries) {
    for (EntryView<Integer, Long> entry : entries) {
      assertThat(entry.value())
          .as("value of key %d, seed %d", entry.key(), seed)
          .isGreaterThan(floor[entry.key()]);
    }
  }

  private static long[] copyOf(AtomicLongArray numbers) {
    return IntStream.range(0, numbers.length()).mapToLong(numbers::get).toArray();
  }

  @Test
  void oneThatStandsStillHoldsUpNobody() {
    cache.put(1, 1L);
    cache.put(2, 1L);
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Caller<List<EntryView<Integer, Long>>> snapshot =
        Caller.start(
            () ->
                cache
                    .snapshot(
                        key -> {
                          entered.countDown();
                          Eventually.opens(release);
                          return true;
                        })
                    .entries());
    Eventually.opens(entered);

    cache.put(1, 2L);
    cache.put(2, 2L);
    cache.invalidate(1);
    assertThat(cache.get(3, key -> 3L)).isEqualTo(3);
    assertThat(cache.snapshot().entries()).hasSize(2);
    cache.invalidateAll();
    cache.restore(cache.snapshot());
    assertThat(snapshot.isReturned()).isFalse();

    release.countDown();
    assertThat(snapshot.value()).extracting(EntryView::key).doesNotHaveDuplicates();
  }

  /** Keys of one bucket: what is removed and put again comes behind what is still to come. */
  private CoalescingCache<SameHash, Long> twoKeysOfOneBucket() {
    CoalescingCache<SameHash, Long> colliding =
        caches.track(CoalescingCache.builder().name("test").build());
    colliding.put(new SameHash(1), 1L);
    colliding.put(new SameHash(2), 1L);
    return colliding;
  }

  private static void putAgain(CoalescingCache<SameHash, Long> colliding, SameHash key) {
    if (colliding.getIfPresent(key) == 1) {
      colliding.invalidate(key);
      colliding.put(key, 2L);
    }
  }

  @Test
  void aKeyThatIsRemovedAndPutWhileTheSnapshotIsTakenIsInItOnce() {
    CoalescingCache<SameHash, Long> colliding = twoKeysOfOneBucket();

    List<EntryView<SameHash, Long>> entries =
        colliding
            .snapshot(
                key -> {
                  putAgain(colliding, key);
                  return true;
                })
            .entries();

    assertThat(entries)
        .extracting(EntryView::key)
        .containsExactlyInAnyOrder(new SameHash(1), new SameHash(2));
  }

  @Test
  void aViewFileThatHasAKeyTwiceSinceItWasPutMeanwhileIsReadWithTheLaterValue(
      @TempDir Path directory) throws Exception {
    CoalescingCache<SameHash, Long> colliding = twoKeysOfOneBucket();
    ValueCodec<SameHash> keys =
        ValueCodec.string()
            .mapped(
                key -> {
                  putAgain(colliding, key); // between two steps of the iteration
                  return Integer.toString(key.number());
                },
                text -> new SameHash(Integer.parseInt(text)));
    ValueCodec<Long> values = ValueCodec.string().mapped(value -> "" + value, Long::parseLong);
    EntryCodec<SameHash, Long> codec = EntryCodec.of(keys, values);
    Path file = directory.resolve("view");

    assertThat(ViewFile.write(file, colliding, codec)).as("entries of two keys").isGreaterThan(2);

    assertThat(ViewFile.read(file, codec).entries())
        .extracting(EntryView::key, EntryView::value)
        .containsExactlyInAnyOrder(tuple(new SameHash(1), 2L), tuple(new SameHash(2), 2L));
  }

  private record SameHash(int number) {
    @Override
    public int hashCode() {
      return 0;
    }
  }
}
