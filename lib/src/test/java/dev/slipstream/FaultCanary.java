package dev.slipstream;

import dev.slipstream.testing.FaultScenario;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * For {@link FaultAtEveryPointTest}: an end that forgets the handles that it could not complete.
 */
public final class FaultCanary implements Supplier<List<FaultScenario>> {
  @Override
  public List<FaultScenario> get() {
    return List.of(new Scenario());
  }

  private static final class Scenario implements FaultScenario {
    @Override
    public String name() {
      return "a fan-out that takes its list before it delivers";
    }

    @Override
    public Run prepare() {
      return new FanOut();
    }
  }

  private static final class FanOut implements FaultScenario.Run {
    private final List<CompletableFuture<Object>> all = new ArrayList<>();
    private @Nullable List<CompletableFuture<Object>> undelivered;

    FanOut() {
      for (int i = 0; i < 20; i++) {
        all.add(new CompletableFuture<>());
      }
      undelivered = all;
    }

    @Override
    public void act() {
      List<CompletableFuture<Object>> taken = undelivered;
      undelivered = null;
      if (taken != null) {
        taken.forEach(future -> future.complete(new Object()));
      }
    }

    @Override
    public void goOn() {
      act();
    }

    @Override
    public List<String> waiting() {
      return all.stream().filter(future -> !future.isDone()).map(Object::toString).toList();
    }

    @Override
    public void close() {
      act();
    }
  }
}
