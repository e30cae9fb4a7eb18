package dev.slipstream.watch;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * The last subscription of a key is closed while another is made: the newcomer stays and is
 * notified.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'LastCloseRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "the newcomer was notified and is tracked")
@Outcome(expect = FORBIDDEN, desc = "the newcomer was dropped with the last subscription")
@State
public class LastCloseRace {
  private final ChangeHub<String> hub = new ChangeHub<>(Runnable::run);
  private final ChangeSubscription last = hub.subscribe("key");
  private ChangeSubscription newcomer;

  @Actor
  public void close() {
    last.close();
  }

  @Actor
  public void come() {
    newcomer = hub.subscribe("key");
  }

  @Arbiter
  public void look(ZI_Result r) {
    hub.notify("key");
    r.r1 = newcomer.hasChanged();
    r.r2 = hub.trackedKeys();
  }

  /**
   * The obvious hub: a close that finds the entry empty removes it. A newcomer between the two is
   * in an entry that no longer can be found.
   */
  @JCStressTest
  @JCStressMeta(LastCloseRace.class)
  @State
  public static class Broken {
    private final ConcurrentHashMap<String, Set<AtomicBoolean>> entries = new ConcurrentHashMap<>();
    private final AtomicBoolean last = subscribe();
    private AtomicBoolean newcomer;

    @Actor
    public void close() {
      Set<AtomicBoolean> entry = entries.get("key");
      entry.remove(last);
      if (entry.isEmpty()) {
        entries.remove("key", entry);
      }
    }

    @Actor
    public void come() {
      newcomer = subscribe();
    }

    @Arbiter
    public void look(ZI_Result r) {
      entries.getOrDefault("key", Set.of()).forEach(changed -> changed.set(true));
      r.r1 = newcomer.get();
      r.r2 = entries.size();
    }

    private AtomicBoolean subscribe() {
      AtomicBoolean changed = new AtomicBoolean();
      entries.computeIfAbsent("key", key -> ConcurrentHashMap.newKeySet()).add(changed);
      return changed;
    }
  }
}
