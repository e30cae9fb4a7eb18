package dev.slipstream.canal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.slipstream.watch.CacheEvent;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A journal gets its only event and ends while a subscriber requests one. The subscriber gets the
 * event, and then the end.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'PublisherWakeRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the event, and the end")
@Outcome(expect = FORBIDDEN, desc = "a signal was lost, or came twice")
@State
public class PublisherWakeRace {
  private final EventJournal<String, String> journal = new EventJournal<>(2);
  private final Counter counter = new Counter();
  private final SubscriberPump<String, String> pump =
      new SubscriberPump<>(new JournalSubscription<>(journal, 2), counter, Runnable::run);

  public PublisherWakeRace() {
    pump.start();
  }

  @Actor
  public void emitAndClose() {
    journal.emit(Puller.event(1));
    journal.close();
  }

  @Actor
  public void request() {
    pump.request(1);
  }

  @Arbiter
  public void count(II_Result r) {
    r.r1 = counter.events.get();
    r.r2 = counter.ends.get();
  }

  /** Counts its signals. */
  static final class Counter implements Flow.Subscriber<CacheEvent<String, String>> {
    final AtomicInteger events = new AtomicInteger();
    final AtomicInteger ends = new AtomicInteger();

    @Override
    public void onSubscribe(Flow.Subscription subscription) {}

    @Override
    public void onNext(CacheEvent<String, String> event) {
      events.incrementAndGet();
    }

    @Override
    public void onError(Throwable failure) {
      ends.addAndGet(100);
    }

    @Override
    public void onComplete() {
      ends.incrementAndGet();
    }
  }

  /** Leaves to the task that runs what came after it had looked. */
  @JCStressTest
  @JCStressMeta(PublisherWakeRace.class)
  @State
  public static class Broken {
    private final EventJournal<String, String> journal = new EventJournal<>(2);
    private final EventSubscription<String, String> events = journal.subscribe(2);
    private final Counter counter = new Counter();
    private final AtomicLong demand = new AtomicLong();
    private final AtomicBoolean running = new AtomicBoolean();

    @Actor
    public void emit() {
      journal.emit(Puller.event(1));
      pass();
    }

    @Actor
    public void request() {
      demand.incrementAndGet();
      pass();
    }

    private void pass() {
      if (!running.compareAndSet(false, true)) {
        return; // not: have the one that runs look once more
      }
      if (demand.get() > 0 && !events.pullNow(1).isEmpty()) {
        demand.decrementAndGet();
        counter.onNext(Puller.event(1));
      }
      running.set(false);
    }

    @Arbiter
    public void count(II_Result r) {
      r.r1 = counter.events.get();
      r.r2 = r.r1; // it has no end
    }
  }
}
