package dev.slipstream.canal;

import static dev.slipstream.canal.Feed.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.watch.CacheEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A journal with one cursor, and what a reactor on it has handled. */
abstract class ReactorScene {
  static final String ID = "billing";

  @RegisterExtension final LogCapture log = new LogCapture();

  final CheckpointStore checkpoints = CheckpointStore.inMemory();
  final Feed feed = new Feed(new EventJournal<>(8, checkpoints));
  final EventCursor<String, String> cursor = feed.journal.cursor(ID);
  final List<Long> handled = new CopyOnWriteArrayList<>();

  void handle(CanalBatch<CacheEvent<String, String>> batch) {
    handled.addAll(numbers(batch));
  }

  static void joins(CanalHandle reactor) {
    Caller.start(
            () -> {
              reactor.join();
              return true;
            })
        .value();
  }

  /** Returns the error that ended a reactor. */
  static Throwable error(CanalHandle reactor) {
    var joined = catchThrowableOfType(CanalWorkerException.class, () -> reactor.join());
    assertThat(joined).isNotNull();
    return joined.getCause();
  }

  long committed() {
    try {
      Checkpoint checkpoint = checkpoints.load(ID);
      return checkpoint == null ? 0 : checkpoint.sequence();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <E> Canal<E> canal(Pull<E> pull) {
    return new Canal<>() {
      @Override
      public CanalBatch<E> pullBatch(int max, Duration deadline) throws InterruptedException {
        return pull.next(deadline);
      }

      @Override
      public void close() {}
    };
  }

  interface Pull<E> {
    CanalBatch<E> next(Duration deadline) throws InterruptedException;
  }
}
