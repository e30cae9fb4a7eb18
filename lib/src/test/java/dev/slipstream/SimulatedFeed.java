package dev.slipstream;

import dev.slipstream.LedgerSimulation.Flaw;
import dev.slipstream.ledger.FeedListener;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What the ledger notifies of, on its way to a simulated node. */
final class SimulatedFeed implements FeedListener<String> {
  private final SimulationTime time;
  private final SimulatedLedger ledger;
  private final Flaw flaw;
  private final SimulatedNode node;
  private final boolean missedNothing;

  SimulatedFeed(
      SimulationTime time,
      SimulatedLedger ledger,
      Flaw flaw,
      SimulatedNode node,
      boolean missedNothing) {
    this.time = time;
    this.ledger = ledger;
    this.flaw = flaw;
    this.node = node;
    this.missedNothing = missedNothing;
  }

  private void pass(Consumer<FeedListener<String>> call) {
    node.connection.pass(call);
  }

  @Override
  public void invalidated(String key) {
    time.schedule(0, null, () -> passInvalidation(key)); // when it is known what it is of
  }

  private void passInvalidation(String key) {
    int version = node.coming.getOrDefault(key, 0);
    if (flaw != Flaw.LOSES_INVALIDATIONS) {
      pass(
          listener -> {
            listener.invalidated(key);
            node.floor.merge(key, version, Math::max);
          });
    }
  }

  @Override
  public void invalidatedAll() {
    time.schedule(0, null, this::passAll);
  }

  private void passAll() {
    Map<String, Integer> versions = new HashMap<>(node.coming);
    if (flaw != Flaw.LOSES_INVALIDATIONS) {
      pass(
          listener -> {
            listener.invalidatedAll();
            versions.forEach((key, version) -> node.floor.merge(key, version, Math::max));
          });
    }
  }

  @Override
  public void changed(String key) {
    if (ledger.losesNoTick || time.random.nextInt(5) > 0) {
      pass(listener -> listener.changed(key));
    }
  }

  @Override
  public void attached(boolean always) {
    pass(listener -> listener.attached(missedNothing));
  }

  @Override
  public void detached() {}
}
