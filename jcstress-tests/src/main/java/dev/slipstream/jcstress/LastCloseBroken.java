package dev.slipstream.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * {@link LastCloseRace}, with the obvious hub: a close that finds the entry empty removes it. A
 * newcomer between the two is in an entry that nobody finds any more.
 */
@JCStressTest
@Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "the newcomer was told, and is tracked")
@Outcome(expect = FORBIDDEN, desc = "the newcomer was dropped with the last")
@State
public class LastCloseBroken {
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
