package dev.slipstream.testing;

import dev.slipstream.AsyncLoader;
import dev.slipstream.BulkLoader;
import dev.slipstream.FetchContext;
import dev.slipstream.Loader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A loader in each of the three forms, whose runs the test observes and completes. */
public final class ControlledLoader<V> {
  private final List<Run<V>> runs = new CopyOnWriteArrayList<>();
  private volatile @Nullable Throwable thrown;
  private volatile boolean nullStage;
  private volatile Runnable first = () -> {};

  /** Makes every run throw before it returns a stage. */
  public ControlledLoader<V> throwing(Throwable thrown) {
    this.thrown = thrown;
    return this;
  }

  /** Makes every run start with an action, on the thread that calls the loader. */
  public ControlledLoader<V> doing(Runnable first) {
    this.first = first;
    return this;
  }

  /** Makes every run return null in place of a stage. */
  public ControlledLoader<V> returningNullStage() {
    nullStage = true;
    return this;
  }

  /** Returns the blocking form: it blocks until the test completes the run. */
  public Loader<String, V> blocking() {
    return key -> start(new Run<>(Set.of(key), FetchContext.current())).block();
  }

  /** Returns the asynchronous form. */
  public AsyncLoader<String, V> async() {
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

  /** Returns the bulk form. */
  public BulkLoader<String, V> bulk() {
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

  /** Returns how many runs have started. */
  public int starts() {
    return runs.size();
  }

  /** Returns the first run, waiting until it has started. */
  public Run<V> run() {
    return run(0);
  }

  /** Returns a run, waiting until it has started. */
  public Run<V> run(int index) {
    Eventually.until("run " + index + " of the loader starts", () -> runs.size() > index);
    return runs.get(index);
  }

  /** Waits until the first run, if there is one, is cancelled. */
  public void awaitStopped() {
    Eventually.until("no run continues", () -> runs.isEmpty() || runs.get(0).isCancelled());
  }

  /** One run of the loader. */
  public static final class Run<V> {
    public final Set<String> keys;
    public final FetchContext context;
    public final CompletableFuture<V> answer = new CompletableFuture<>();
    public final CompletableFuture<Map<String, V>> answers = new CompletableFuture<>();
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

    /** Completes the run with this value for each of its keys; null means absent. */
    public void complete(@Nullable V value) {
      Map<String, V> values = new HashMap<>();
      if (value != null) {
        keys.forEach(key -> values.put(key, value));
      }
      answers.complete(values);
      answer.complete(value);
    }

    /** Completes the run with a failure. */
    public void fail(Throwable failure) {
      answers.completeExceptionally(failure);
      answer.completeExceptionally(failure);
    }

    /** Cancels the stage that the run returned. */
    public void cancelItself() {
      answers.cancel(false);
      answer.cancel(false);
    }

    /** Returns whether the cache has cancelled the stage or interrupted the thread. */
    public boolean isCancelled() {
      return answer.isCancelled() || answers.isCancelled() || interrupted.getCount() == 0;
    }

    /** Waits until the cache has cancelled the stage or interrupted the thread. */
    public void awaitCancelled() {
      Eventually.until("the loader is cancelled", this::isCancelled);
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> X sneaky(Throwable failure) throws X {
      throw (X) failure;
    }
  }
}
