package dev.slipstream.examples.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.shared.Request;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutagePlanTest {
  private static final Options OPTIONS =
      Options.parse(List.of("--before", "4", "--outage", "6", "--after", "2", "--rate", "1000"));

  private final List<Request> plan = OutagePlan.make(OPTIONS);

  @Test
  void theSameSeedGivesTheSameLoad() {
    assertEquals(plan, OutagePlan.make(OPTIONS));
    assertNotEquals(OutagePlan.make(Options.parse(List.of("--seed", "2"))), plan);
  }

  @Test
  void eachItemIsRequestedInTheFirstHalfOfTheTimeBeforeTheOutage() {
    List<Integer> early =
        plan.stream().filter(r -> r.atMillis() < 2_000).map(Request::item).distinct().toList();
    assertTrue(early.containsAll(IntStream.rangeClosed(1, 100).boxed().toList()));
  }

  @Test
  void requestsArriveAtTheRateInOrderAndInTime() {
    assertEquals(12_000 + 100, plan.size(), 500);
    int before = 0;
    for (Request request : plan) {
      assertTrue(request.atMillis() >= before && request.atMillis() < 12_000, request::toString);
      before = request.atMillis();
    }
  }

  @Test
  void newItemsAreRequestedFromTheOutageOn() {
    List<Request> ofNew =
        plan.stream().filter(request -> OutagePlan.isNew(request.item(), OPTIONS)).toList();
    assertTrue(ofNew.stream().allMatch(request -> request.atMillis() >= 4_000));
    assertEquals(5, ofNew.stream().map(Request::item).distinct().count());
    assertEquals(0.05, ofNew.size() / 8_000.0, 0.02);
  }
}
