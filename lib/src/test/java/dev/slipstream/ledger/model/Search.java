package dev.slipstream.ledger.model;

import static dev.slipstream.ledger.model.Layout.*;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Visits every state that a scenario can come to, and checks:
 *
 * <ul>
 *   <li>S1: no L1 holds a value older than an invalidation that returned on that node or was
 *       delivered to it
 *   <li>S2: at most one completion is accepted until the record is dropped
 *   <li>S3: a lease is taken over only if it has run out
 *   <li>S4: a fetch is given up only while no flight has a grant on it or waits for it
 *   <li>L1: from every state fair steps alone serve every caller of a node that is up
 *   <li>L2: from every state without callers fair steps stop every loader, without its end
 *   <li>L3: from every state fair steps bring every invalidation to every node that is up
 * </ul>
 */
final class Search {
  private final Scenario scenario;
  private final Protocol protocol;
  private final byte[] initial;
  private final Map<Key, Integer> ids = new HashMap<>();
  private final List<byte[]> states = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();
  private final Ints parents = new Ints();

  /** The fair steps; the top bit of a target marks the end of a load. */
  private final Ints sources = new Ints();

  private final Ints targets = new Ints();
  private long steps;

  Search(Scenario scenario, Variant... broken) {
    this.scenario = scenario;
    this.initial = initial(scenario);
    Set<Variant> variants = EnumSet.noneOf(Variant.class);
    variants.addAll(List.of(broken));
    this.protocol = new Protocol(scenario, new Rules(variants, initial));
  }

  /** How a search ended; the violation is null if all invariants hold. */
  record Result(int states, long steps, String violation) {}

  private record Key(byte[] state) {
    @Override
    public int hashCode() {
      return Arrays.hashCode(state);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key that && Arrays.equals(state, that.state);
    }
  }

  private static final class Ints {
    private int[] values = new int[1 << 10];
    private int size;

    void add(int value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }
  }

  Result run() {
    visit(-1, "start", initial);
    for (int at = 0; at < states.size(); at++) {
      try {
        int here = at;
        protocol.successors(
            states.get(at), (label, fair, end, to) -> step(here, label, fair, end, to));
      } catch (Violation violation) {
        return result(violation.getMessage() + "\n" + trace(at));
      }
    }
    return result(livenessViolation());
  }

  private void step(int from, String label, boolean fair, boolean endOfLoad, byte[] to) {
    steps++;
    Integer known = ids.get(new Key(to));
    int id = known == null ? visit(from, label, to) : known;
    if (fair) {
      sources.add(from);
      targets.add(endOfLoad ? id | 1 << 31 : id);
    }
  }

  private int visit(int parent, String label, byte[] state) {
    checkL1(state);
    int id = states.size();
    ids.put(new Key(state), id);
    states.add(state);
    parents.add(parent);
    labels.add(label.intern());
    return id;
  }

  private void checkL1(byte[] s) {
    for (int n = 0; n < scenario.nodes; n++) {
      int node = node(n);
      int newest = s[node + SEEN] == 0 ? 0 : 31 - Integer.numberOfLeadingZeros(s[node + SEEN]);
      if (s[node + L1] != 0 && s[node + L1] - 1 < newest) {
        throw new Violation("S1: a node holds a value older than an invalidation that it knows");
      }
    }
  }

  private String livenessViolation() {
    int bad = stuck(true, this::allServed, s -> true);
    if (bad >= 0) {
      return "L1: a caller is never served\n" + trace(bad);
    }
    bad = stuck(false, this::nothingLoads, s -> !anyCaller(s));
    if (bad >= 0) {
      return "L2: a loader runs on for nobody\n" + trace(bad);
    }
    bad = stuck(true, this::allDelivered, s -> true);
    return bad < 0 ? null : "L3: an invalidation never reaches a node\n" + trace(bad);
  }

  /** Returns a state of interest from which no path of fair steps leads to a good one, or -1. */
  private int stuck(boolean withEnds, Predicate<byte[]> good, Predicate<byte[]> ofInterest) {
    int[] head = new int[states.size()];
    int[] next = new int[sources.size];
    Arrays.fill(head, -1);
    for (int edge = 0; edge < sources.size; edge++) {
      if (withEnds || targets.values[edge] >= 0) {
        int target = targets.values[edge] & Integer.MAX_VALUE;
        next[edge] = head[target];
        head[target] = edge;
      }
    }
    BitSet reaching = new BitSet(states.size());
    ArrayDeque<Integer> todo = new ArrayDeque<>();
    for (int i = 0; i < states.size(); i++) {
      if (good.test(states.get(i))) {
        reaching.set(i);
        todo.add(i);
      }
    }
    while (!todo.isEmpty()) {
      for (int edge = head[todo.poll()]; edge >= 0; edge = next[edge]) {
        int source = sources.values[edge];
        if (!reaching.get(source)) {
          reaching.set(source);
          todo.add(source);
        }
      }
    }
    for (int i = 0; i < states.size(); i++) {
      if (!reaching.get(i) && ofInterest.test(states.get(i))) {
        return i;
      }
    }
    return -1;
  }

  private boolean allServed(byte[] s) {
    return noFlight(s, (node, f) -> s[node] == UP && s[f] != FREE && s[f + CALLERS] == 1);
  }

  private boolean anyCaller(byte[] s) {
    return !noFlight(s, (node, f) -> s[f + CALLERS] == 1);
  }

  private boolean nothingLoads(byte[] s) {
    return noFlight(
        s,
        (node, f) -> s[node] == UP && (s[f] == LOAD || s[f] == LOCAL || s[f] == LOAD_LEAVE_SENT));
  }

  private boolean allDelivered(byte[] s) {
    for (int n = 0; n < scenario.nodes; n++) {
      if (s[node(n)] == UP && (s[APPLIED] & ~s[node(n) + SEEN]) != 0) {
        return false;
      }
    }
    return true;
  }

  private interface FlightTest {
    boolean test(int node, int flight);
  }

  private boolean noFlight(byte[] s, FlightTest test) {
    for (int n = 0; n < scenario.nodes; n++) {
      for (int i = 0; i < FLIGHTS; i++) {
        if (test.test(node(n), flight(n, i))) {
          return false;
        }
      }
    }
    return true;
  }

  private Result result(String violation) {
    return new Result(states.size(), steps, violation);
  }

  private String trace(int last) {
    ArrayDeque<String> path = new ArrayDeque<>();
    for (int i = last; i > 0; i = parents.values[i]) {
      path.addFirst("  " + labels.get(i) + ": " + show(states.get(i), scenario.nodes) + "\n");
    }
    return String.join("", path);
  }
}
