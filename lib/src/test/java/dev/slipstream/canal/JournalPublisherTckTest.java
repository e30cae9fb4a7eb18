package dev.slipstream.canal;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.watch.CacheEvent;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.ITestResult;
import org.testng.TestListenerAdapter;
import org.testng.TestNG;

/**
 * The rules of publishers, judged by the compatibility kit of Reactive Streams. It is made with
 * TestNG, which runs here once, on its own; each of its results is a test of JUnit's.
 */
class JournalPublisherTckTest {
  /** Rules of publishers that fail, which this one never does. */
  private static final Set<String> OF_FAILURES =
      Set.of(
          "optional_spec104_mustSignalOnErrorWhenFails",
          "required_spec109_mayRejectCallsToSubscribeIfPublisherIsUnableOrUnwillingToServeThemRejectionMustTriggerOnErrorAfterOnSubscribe");

  private static TestListenerAdapter results = new TestListenerAdapter();

  @BeforeAll
  static void run() {
    TestNG kit = new TestNG(false);
    kit.setVerbose(0);
    kit.addListener(results);
    kit.setTestClasses(new Class<?>[] {Verification.class});
    kit.run();
  }

  @AfterAll
  static void forget() {
    results = new TestListenerAdapter();
  }

  @TestFactory
  Stream<DynamicTest> rule() {
    return Stream.of(results.getPassedTests(), results.getFailedTests())
        .flatMap(List::stream)
        .map(result -> DynamicTest.dynamicTest(result.getName(), () -> passes(result)));
  }

  private static void passes(ITestResult result) throws Throwable {
    if (result.getThrowable() != null) {
      throw result.getThrowable();
    }
    assertThat(result.isSuccess()).isTrue();
  }

  /** The kit has rules that it cannot test, and skips optional ones that do not hold. */
  @Test
  void everyRuleIsTestedThatCanBe() {
    Set<String> rules =
        Stream.of(Verification.class.getMethods())
            .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
            .map(Method::getName)
            .filter(name -> !name.startsWith("untested_"))
            .filter(name -> !OF_FAILURES.contains(name))
            .collect(toCollection(TreeSet::new));

    assertThat(names(results.getPassedTests())).isEqualTo(rules).hasSize(29);
    assertThat(results.getConfigurationFailures()).isEmpty();
  }

  private static Set<String> names(Collection<ITestResult> some) {
    return some.stream().map(ITestResult::getName).collect(toCollection(TreeSet::new));
  }

  /** What the kit is given. */
  public static final class Verification
      extends FlowPublisherVerification<CacheEvent<String, String>> {
    private static final int MOST = 1024;

    public Verification() {
      super(new TestEnvironment(2_000, 50));
    }

    @Override
    public Flow.Publisher<CacheEvent<String, String>> createFlowPublisher(long elements) {
      return new FirstRequest((int) Math.min(elements, MOST), elements <= MOST);
    }

    @Override
    public Flow.Publisher<CacheEvent<String, String>> createFailedFlowPublisher() {
      return null;
    }
  }

  /**
   * A publisher whose journal gets its events when the first of them is requested: a publisher of
   * events is hot, and the kit asks for so many after it has subscribed.
   */
  private static final class FirstRequest implements Flow.Publisher<CacheEvent<String, String>> {
    private final Feed feed = new Feed(Verification.MOST);
    private final Flow.Publisher<CacheEvent<String, String>> publisher =
        feed.journal.publisher(Verification.MOST);
    private final AtomicBoolean fed = new AtomicBoolean();
    private final int elements;
    private final boolean ends;

    FirstRequest(int elements, boolean ends) {
      this.elements = elements;
      this.ends = ends;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super CacheEvent<String, String>> subscriber) {
      publisher.subscribe(subscriber == null ? null : new Requesting(subscriber));
    }

    private void feed() {
      if (fed.compareAndSet(false, true)) {
        feed.emit(elements);
        if (ends) {
          feed.journal.close();
        }
      }
    }

    /** Passes everything on, and has the journal fed at the first request. */
    private final class Requesting implements Flow.Subscriber<CacheEvent<String, String>> {
      private final Flow.Subscriber<? super CacheEvent<String, String>> subscriber;

      Requesting(Flow.Subscriber<? super CacheEvent<String, String>> subscriber) {
        this.subscriber = subscriber;
      }

      @Override
      public void onSubscribe(Flow.Subscription subscription) {
        subscriber.onSubscribe(
            new Flow.Subscription() {
              @Override
              public void request(long n) {
                subscription.request(n);
                feed();
              }

              @Override
              public void cancel() {
                subscription.cancel();
              }
            });
      }

      @Override
      public void onNext(CacheEvent<String, String> event) {
        subscriber.onNext(event);
      }

      @Override
      public void onError(Throwable failure) {
        subscriber.onError(failure);
      }

      @Override
      public void onComplete() {
        subscriber.onComplete();
      }
    }
  }
}
