package dev.slipstream.watch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The hub is linearizable: two watchers of one key, which come and go, and threads that tick it,
 * against a model that does one thing at a time. The canary is the obvious hub, whose close may
 * drop a newcomer with the entry.
 */
@Tag("lincheck")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ChangeHubLincheckTest {
  private static final int INVOCATIONS = Integer.getInteger("lincheck.invocations", 100);

  /** Initializes all classes. */
  @BeforeAll
  static void warmUp() {
    Watchers hub = new RealHub();
    hub.subscribeFirst();
    hub.tick();
    hub.closeFirst();
  }

  @Test
  @DisplayName("Subscriptions, ticks and closes act as if one came after another")
  void hub() {
    options().check(RealHub.class);
  }

  @Test
  @DisplayName("Canary: a close that looks and then removes by key loses a newcomer's change")
  void hubCanary() {
    assertThatThrownBy(() -> options().check(BrokenHub.class))
        .isInstanceOf(LincheckAssertionError.class);
  }

  private static ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .sequentialSpecification(Model.class)
        .threads(2)
        .actorsBefore(1)
        .actorsPerThread(3)
        .actorsAfter(3)
        .iterations(20)
        .invocationsPerIteration(INVOCATIONS)
        .minimizeFailedScenario(false);
  }

  /** What one watcher needs of a hub. */
  interface Watch {
    boolean hasChanged();

    void markUnchanged();

    void close();
  }

  /** Two watchers, each of which does one thing at a time, on one key of some hub. */
  abstract static class Watchers {
    private @Nullable Watch first;
    private @Nullable Watch second;

    abstract Watch watch();

    abstract void notifyKey();

    abstract int tracked();

    @Operation(nonParallelGroup = "first")
    public void subscribeFirst() {
      if (first == null) {
        first = watch();
      }
    }

    @Operation(nonParallelGroup = "first")
    public void closeFirst() {
      if (first != null) {
        first.close();
        first = null;
      }
    }

    @Operation(nonParallelGroup = "first")
    public boolean firstHasChanged() {
      return first != null && first.hasChanged();
    }

    @Operation(nonParallelGroup = "first")
    public void markFirst() {
      if (first != null) {
        first.markUnchanged();
      }
    }

    @Operation(nonParallelGroup = "second")
    public void subscribeSecond() {
      if (second == null) {
        second = watch();
      }
    }

    @Operation(nonParallelGroup = "second")
    public void closeSecond() {
      if (second != null) {
        second.close();
        second = null;
      }
    }

    @Operation(nonParallelGroup = "second")
    public boolean secondHasChanged() {
      return second != null && second.hasChanged();
    }

    @Operation
    public void tick() {
      notifyKey();
    }

    @Operation
    public int trackedKeys() {
      return tracked();
    }
  }

  /** The hub. */
  public static final class RealHub extends Watchers {
    private final ChangeHub<String> hub = new ChangeHub<>(Runnable::run);

    @Override
    Watch watch() {
      ChangeSubscription subscription = hub.subscribe("key");
      return new Watch() {
        @Override
        public boolean hasChanged() {
          return subscription.hasChanged();
        }

        @Override
        public void markUnchanged() {
          subscription.markUnchanged();
        }

        @Override
        public void close() {
          subscription.close();
        }
      };
    }

    @Override
    void notifyKey() {
      hub.notify("key");
    }

    @Override
    int tracked() {
      return hub.trackedKeys();
    }
  }

  /** What a hub does, for one thread. */
  public static final class Model extends Watchers {
    private long version;
    private int watches;

    @Override
    Watch watch() {
      watches++;
      return new Watch() {
        private long seen = version;

        @Override
        public boolean hasChanged() {
          return version > seen;
        }

        @Override
        public void markUnchanged() {
          seen = version;
        }

        @Override
        public void close() {
          watches--;
        }
      };
    }

    @Override
    void notifyKey() {
      version++;
    }

    @Override
    int tracked() {
      return watches == 0 ? 0 : 1;
    }
  }

  /** The obvious hub: a map of lists, each removed when it is found empty. */
  public static final class BrokenHub extends Watchers {
    private final ConcurrentHashMap<String, CopyOnWriteArrayList<Flag>> entries =
        new ConcurrentHashMap<>();

    @Override
    Watch watch() {
      Flag flag = new Flag();
      entries.computeIfAbsent("key", key -> new CopyOnWriteArrayList<>()).add(flag);
      return flag;
    }

    @Override
    void notifyKey() {
      CopyOnWriteArrayList<Flag> flags = entries.get("key");
      if (flags != null) {
        flags.forEach(Flag::raise);
      }
    }

    @Override
    int tracked() {
      return entries.containsKey("key") ? 1 : 0;
    }

    private final class Flag implements Watch {
      private volatile boolean raised;

      void raise() {
        raised = true;
      }

      @Override
      public boolean hasChanged() {
        return raised;
      }

      @Override
      public void markUnchanged() {
        raised = false;
      }

      @Override
      public void close() {
        CopyOnWriteArrayList<Flag> flags = entries.get("key");
        flags.remove(this);
        if (flags.isEmpty()) {
          entries.remove("key");
        }
      }
    }
  }
}
