package dev.slipstream.examples.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.shared.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadPlanTest {
  private static final Options OPTIONS =
      Options.parse(List.of("--clients", "50", "--seconds", "4", "--seed", "1"));

  @Test
  void theSameSeedGivesTheSameLoad() {
    assertEquals(LoadPlan.make(OPTIONS, 100, 30), LoadPlan.make(OPTIONS, 100, 30));
    Options other = Options.parse(List.of("--clients", "50", "--seconds", "4", "--seed", "2"));
    assertNotEquals(LoadPlan.make(OPTIONS, 100, 30), LoadPlan.make(other, 100, 30));
  }

  @Test
  void allClientsAskForOneColdItemAtTheStartAndInTheMiddle() {
    List<Request> plan = LoadPlan.make(OPTIONS, 100, 30);
    for (int burst = 0; burst < 2; burst++) {
      int item = LoadPlan.POPULAR_ITEMS + 1 + burst;
      List<Request> requests = plan.stream().filter(r -> r.item() == item).toList();
      assertEquals(50, requests.size());
      int at = 2_000 * burst;
      assertTrue(requests.stream().allMatch(r -> r.atMillis() == at), requests::toString);
    }
  }

  @Test
  void arrivalsComeAtTheRateInOrderAndInTime() {
    List<Request> plan = LoadPlan.make(OPTIONS, 1_000, 30);
    int arrivals = plan.size() - 2 * 50;
    assertEquals(4_000, arrivals, 300);
    int before = 0;
    for (Request request : plan) {
      assertTrue(request.atMillis() >= before && request.atMillis() < 4_000, request::toString);
      before = request.atMillis();
    }
  }

  @Test
  void aFourthIsImpatient() {
    List<Request> plan = LoadPlan.make(OPTIONS, 1_000, 30);
    long impatient = plan.stream().filter(r -> r.timeoutMillis() <= 36).count();
    assertEquals(0.25, impatient / (double) plan.size(), 0.03);
    assertTrue(plan.stream().allMatch(r -> r.timeoutMillis() >= 6));
    assertTrue(plan.stream().allMatch(r -> r.timeoutMillis() <= 36 || r.timeoutMillis() >= 1_000));
  }
}
