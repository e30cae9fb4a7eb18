package dev.slipstream;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A loader in every form, whose runs the test watches and ends by hand. */
final class ControlledLoader<V> {
  private final List<Run<V>> runs = new CopyOnWriteArrayList<>();
  private volatile @Nullable Throwable thrown;
  private volatile boolean nullStage;
  private volatile Runnable first = () -> {};

  /** Lets every run throw before it returns a stage. */
  ControlledLoader<V> throwing(Throwable thrown) {
    this.thrown = thrown;
    return this;
  }

  /** Lets every run do something first, on the thread that the cache calls the loader on. */
  ControlledLoader<V> doing(Runnable first) {
    this.first = first;
    return this;
  }

  /** Lets every run return null where a stage is due. */
  ControlledLoader<V> returningNullStage() {
    nullStage = true;
    return this;
  }

  Loader<String, V> blocking() {
    return key -> start(new Run<>(Set.of(key), FetchContext.current())).block();
  }

  AsyncLoader<String, V> async() {
    return new AsyncLoader<>() {
      @Override
      public @Nullable CompletableFuture<V> load(String key, FetchContext context) {
        Run<V> run = start(new Run<>(Set.of(key), context));
        return nullStage ? null : run.answer;
      }

      @Override
      public String toString() {
        return "the controlled loader";
      }
    };
  }

  BulkLoader<String, V> bulk() {
    return new BulkLoader<>() {
      @Override
      public @Nullable CompletableFuture<Map<String, V>> loadAll(
          Set<? extends String> keys, FetchContext context) {
        Run<V> run = start(new Run<>(Set.copyOf(keys), context));
        return nullStage ? null : run.answers;
      }

      @Override
      public String toString() {
        return "the controlled loader";
      }
    };
  }

  private Run<V> start(Run<V> run) {
    runs.add(run);
    first.run();
    Throwable thrown = this.thrown;
    if (thrown != null) {
      throw Run.<RuntimeException>sneaky(thrown);
    }
    return run;
  }

  /** Returns how many runs were started. */
  int starts() {
    return runs.size();
  }

  /** Returns the first run, waiting until it has started. */
  Run<V> run() {
    return run(0);
  }

  /** Returns a run, waiting until it has started. */
  Run<V> run(int index) {
    Eventually.until("run " + index + " of the loader starts", () -> runs.size() > index);
    return runs.get(index);
  }

  /** Waits until the first run is cancelled, unless none will ever start. */
  void awaitStopped() {
    Eventually.until("no run goes on", () -> runs.isEmpty() || runs.get(0).isCancelled());
  }

  /** One run of the loader: for one key, which may block, or for several. */
  static final class Run<V> {
    final Set<String> keys;
    final FetchContext context;
    final CompletableFuture<V> answer = new CompletableFuture<>();
    final CompletableFuture<Map<String, V>> answers = new CompletableFuture<>();
    private final CountDownLatch interrupted = new CountDownLatch(1);

    private Run(Set<String> keys, FetchContext context) {
      this.keys = keys;
      this.context = context;
    }

    private V block() throws Exception {
      try {
        return answer.get();
      } catch (InterruptedException e) {
        interrupted.countDown();
        throw e;
      } catch (ExecutionException e) {
        throw Run.<RuntimeException>sneaky(e.getCause());
      }
    }

    /** Ends the run with this value for each of its keys; null means that there is none. */
    void complete(@Nullable V value) {
      Map<String, V> values = new HashMap<>();
      if (value != null) {
        keys.forEach(key -> values.put(key, value));
      }
      answers.complete(values);
      answer.complete(value);
    }

    void fail(Throwable failure) {
      answers.completeExceptionally(failure);
      answer.completeExceptionally(failure);
    }

    /** Cancels the stage that the run returned. */
    void cancelItself() {
      answers.cancel(false);
      answer.cancel(false);
    }

    /** Returns whether the cache has cancelled the stage or interrupted the thread. */
    boolean isCancelled() {
      return answer.isCancelled() || answers.isCancelled() || interrupted.getCount() == 0;
    }

    void awaitCancelled() {
      Eventually.until("the loader is cancelled", this::isCancelled);
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> X sneaky(Throwable failure) throws X {
      throw (X) failure;
    }
  }
}
