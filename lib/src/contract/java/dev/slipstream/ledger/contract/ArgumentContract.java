package dev.slipstream.ledger.contract;

import static dev.slipstream.ledger.contract.LedgerScene.failureOf;
import static dev.slipstream.ledger.contract.LedgerScene.newest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchLedger;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.LedgerUnavailableException;
import dev.slipstream.ledger.RecordFilter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Bad input is refused at once, and what the ledger says fails the stage. */
interface ArgumentContract extends LedgerScene {
  @Test
  default void aNullArgumentIsRefusedAtOnceByName() throws ReflectiveOperationException {
    int checked = 0;
    for (Method method : FetchLedger.class.getMethods()) {
      if (Modifier.isStatic(method.getModifiers())) {
        continue;
      }
      Parameter[] parameters = method.getParameters();
      for (int i = 0; i < parameters.length; i++) {
        if (parameters[i].getType().isPrimitive()) {
          continue;
        }
        Object[] arguments = Stream.of(parameters).map(this::valid).toArray();
        arguments[i] = null;
        assertThatNullPointerException()
            .as("%s with null at %d", method, i)
            .isThrownBy(() -> call(method, arguments))
            .withMessageMatching("[a-zA-Z]+");
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(60);
  }

  private void call(Method method, Object[] arguments) throws Throwable {
    try {
      Object ignored = method.invoke(ledger(), arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private Object valid(Parameter parameter) {
    Class<?> type = parameter.getType();
    return Arrays.<Object>asList(
            KEY,
            A,
            A.node(),
            newest(KEY),
            LEASE,
            7L,
            7,
            JoinOptions.of(LEASE),
            RecordFilter.all(),
            new FetchEnd.Absent<String>(),
            new Lease<>(new FetchId<>(KEY, 1), A, 1, LEASE),
            GrantContract.INFO,
            RegistryContract.REF,
            List.of(),
            new dev.slipstream.ledger.Started("a", null),
            new dev.slipstream.ledger.WaitState("a", null),
            new dev.slipstream.ledger.AbandonRequest("a", "b"),
            dev.slipstream.ledger.AppendRequest.of("a", "b"),
            dev.slipstream.ledger.FetchRegistration.of(KEY),
            new FeedContract.Notices())
        .stream()
        .filter(each -> type.isInstance(each) || type == long.class || type == int.class)
        .filter(each -> type != long.class || each instanceof Long)
        .filter(each -> type != int.class || each instanceof Integer)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no example of a " + type));
  }

  @Test
  default void aTimeThatIsTooShortIsRefusedAtOnceByName() {
    FetchId<String> id = newest(KEY);
    FetchEnd<String> end = new FetchEnd.Absent<>();
    Lease<String> lease = new Lease<>(new FetchId<>(KEY, 1), A, 1, LEASE);
    Duration brief = Duration.ofMillis(9);
    Duration negative = Duration.ofNanos(-1);

    refused("time", () -> stage(ledger().claim(id, A, brief)));
    refused("time", () -> stage(ledger().reclaim(id, A, lease, brief)));
    refused("time", () -> stage(ledger().renew(lease, Duration.ZERO)));
    refused("keep", () -> stage(ledger().complete(lease, end, negative)));
    refused("keep", () -> stage(ledger().complete(id, end, negative)));
    refused("keep", () -> stage(ledger().put(A, KEY, "value", negative)));
    refused("olderThan", () -> stage(ledger().pruneTerminal(negative)));
  }

  @Test
  default void aBadNumberOrNameIsRefusedAtOnceByName() {
    FetchId<String> id = newest(KEY);

    refused("sequence", () -> stage(ledger().eventsAfter(id, -1)));
    refused("sequence", () -> stage(ledger().wakeEventsAfter(id, -1)));
    refused("sequence", () -> stage(ledger().countEventsThrough(id, "a", -1)));
    refused("sequence", () -> stage(ledger().ackWake(id, -1)));
    refused("type", () -> stage(ledger().countEventsThrough(id, " ", 1)));
    refused("limit", () -> stage(ledger().recentEvents(id, 0)));
    refused("nodeName", () -> stage(ledger().deleteNode("")));
  }

  private static void refused(String name, ThrowingCallable call) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(name);
  }

  /** Keeps a stage that never comes into being from counting as ignored. */
  private static void stage(CompletionStage<?> stage) {
    throw new AssertionError("the call was accepted: " + stage);
  }

  @Test
  default void aKeyWithLineBreaksIsEscapedAndCutInMessages() {
    String key = "first\nsecond" + "x".repeat(1_000);

    Throwable failure = failureOf(ledger().claim(newest(key), A, LEASE));

    assertThat(failure.getMessage()).contains("first\\nsecond").hasSizeLessThan(500);
  }

  @Test
  default void aStageThatTheCallerEndsHarmsNobody() {
    var stage = ledger().register(dev.slipstream.ledger.FetchRegistration.of(KEY));
    boolean ignored = stage.toCompletableFuture().cancel(true);

    assertThat(register(KEY).id().key()).isEqualTo(KEY);
  }

  @Test
  default void aClosedLedgerFailsEveryStage() {
    FetchScope scope = A;
    ledger().close();
    ledger().close();

    assertThat(failureOf(ledger().find(KEY))).isInstanceOf(LedgerUnavailableException.class);
    assertThat(failureOf(ledger().join(scope, KEY, JoinOptions.of(LEASE))))
        .isInstanceOf(LedgerUnavailableException.class);
  }
}
