package dev.slipstream.examples.cluster;

import dev.slipstream.examples.shared.StopSignal;
import dev.slipstream.examples.shared.Table;
import java.io.PrintStream;

/** What happens to the nodes, in order: load on a hot key, kills of its owner, a cut. */
final class Scenario {
  private static final String HOT = "hot";
  private static final String OWED = "owed";
  private static final long LOAD_MILLIS = 20;
  private static final long LONG_LOAD_MILLIS = 300;
  private static final int FETCHES_ALONE = 20;
  private static final long SECOND = 1_000_000_000;

  private final Fleet fleet;
  private final int callers;
  private final StopSignal stop;
  private final PrintStream out;
  private final Findings findings = new Findings();
  private long version; // of the hot key's row

  Scenario(Fleet fleet, int callers, StopSignal stop, PrintStream out) {
    this.fleet = fleet;
    this.callers = callers;
    this.stop = stop;
    this.out = out;
  }

  /** Runs it; ends early if the program is asked to stop. */
  Findings run(int rounds, int kills) throws InterruptedException {
    fetchAlone();
    fleet.setLoadTime(LOAD_MILLIS);
    long printed = System.nanoTime();
    for (int i = 1; i <= rounds && !stop.await(0); i++) {
      sharedRound();
      if (i == rounds || System.nanoTime() - printed >= SECOND) {
        printed = System.nanoTime();
        out.printf(
            "hot key: round %s of %s, %s loads, %s answers%n",
            Table.count(i),
            Table.count(rounds),
            Table.count(findings.sharedLoads()),
            Table.count(findings.reads()));
      }
    }
    for (int i = 0; i < kills && !stop.await(0); i++) {
      killOwner();
    }
    if (!stop.await(0)) {
      cutAndHeal(fleet.size() - 1);
    }
    return findings;
  }

  private void fetchAlone() {
    fleet.setLoadTime(0);
    long before = fleet.server().scripts();
    for (int i = 0; i < FETCHES_ALONE; i++) {
      String key = "alone-" + i;
      fleet.setRow(key, 1);
      fleet.sendGet(0, key, 1);
      findings.read(key, fleet.got(0, key), 1);
    }
    findings.alone(FETCHES_ALONE, fleet.server().scripts() - before);
  }

  /** Changes the row and invalidates it on one node after the other, then all get it at once. */
  private void sharedRound() {
    changeHotRow();
    long before = fleet.server().scripts();
    findings.read(HOT, fleet.get(HOT, callers), version);
    long trips = fleet.server().scripts() - before;
    findings.sharedRound(version, fleet.loads(HOT, version), trips);
  }

  private void changeHotRow() {
    version++;
    fleet.setRow(HOT, version);
    int issuer = (int) (version % fleet.size());
    fleet.sendInvalidate(issuer, HOT);
    fleet.awaitInvalidated(issuer, HOT);
    for (int i = 0; i < fleet.size(); i++) {
      fleet.awaitGone(i, HOT);
    }
  }

  private void killOwner() {
    fleet.setLoadTime(LONG_LOAD_MILLIS);
    changeHotRow();
    fleet.sendGet(HOT, callers);
    int owner = fleet.awaitLoad(HOT, version);
    long killed = System.nanoTime();
    fleet.kill(owner);
    out.printf("%s loads the hot key: kill -9 %d%n", fleet.name(owner), fleet.pid(owner));
    int taker = fleet.awaitLoad(HOT, version);
    long nanos = System.nanoTime() - killed;
    out.printf("%s loads it after %s%n", fleet.name(taker), Table.time(nanos));
    for (int i = 0; i < fleet.size(); i++) {
      if (i != owner) {
        findings.read(HOT, fleet.got(i, HOT), version);
      }
    }
    findings.killedRound(fleet.loads(HOT, version), nanos);
    fleet.restart(owner);
    out.printf("%s is back, as process %d%n", fleet.name(owner), fleet.pid(owner));
  }

  /** While it is cut off, a node misses an invalidation and owes one. */
  private void cutAndHeal(int cut) {
    fleet.setLoadTime(LOAD_MILLIS);
    fleet.setRow(OWED, 1);
    findings.read(OWED, fleet.get(OWED, 1), 1);
    changeHotRow();
    findings.read(HOT, fleet.get(HOT, callers), version);

    fleet.cut(cut);
    out.printf("%s is cut off from the ledger%n", fleet.name(cut));
    String key = "cut";
    fleet.setRow(key, 1);
    findings.read(key, fleet.get(key, callers), 1);
    findings.cutRound(fleet.loads(key, 1));
    out.printf("it answers its callers with loads of its own; the others share theirs%n");
    fleet.setRow(OWED, 2);
    fleet.sendInvalidate(cut, OWED);
    missChange(cut);

    fleet.heal(cut);
    long healed = System.nanoTime();
    fleet.awaitInvalidated(cut, OWED);
    for (int i = 0; i < fleet.size(); i++) {
      fleet.awaitGone(i, OWED);
    }
    fleet.awaitGone(cut, HOT);
    long nanos = System.nanoTime() - healed;
    out.printf(
        "%s is healed: after %s it has the invalidation that it missed, and the others its own%n",
        fleet.name(cut), Table.time(nanos));
    fleet.awaitShared();
    findings.read(HOT, fleet.get(HOT, callers), version);
    findings.read(OWED, fleet.get(OWED, callers), 2);
    findings.healed(nanos, fleet.loads(HOT, version));
  }

  /** Changes the hot key's row; all but one node are notified, and load it. */
  private void missChange(int cut) {
    version++;
    fleet.setRow(HOT, version);
    fleet.sendInvalidate(0, HOT);
    fleet.awaitInvalidated(0, HOT);
    for (int i = 0; i < fleet.size(); i++) {
      if (i != cut) {
        fleet.awaitGone(i, HOT);
        fleet.sendGet(i, HOT, callers);
      }
    }
    for (int i = 0; i < fleet.size(); i++) {
      if (i != cut) {
        findings.read(HOT, fleet.got(i, HOT), version);
      }
    }
  }
}
