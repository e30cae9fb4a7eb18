package dev.slipstream.examples.disconnects;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class VisitTest {
  private static Options options(int leaving) {
    return new Options(60, 8, leaving, 5_000, 0, 42);
  }

  @Test
  void thePlanIsTheSameForEachRun() {
    assertThat(Visit.plan(options(60), 100)).isEqualTo(Visit.plan(options(60), 100));
  }

  @Test
  void theClientsOfAnItemComeAtOnceAndItemsFollowEachOther() {
    List<Visit> plan = Visit.plan(options(60), 100);

    assertThat(plan)
        .allSatisfy(visit -> assertThat(visit.atMillis()).isEqualTo((visit.item() - 1) * 100));
    assertThat(plan).extracting(Visit::item).isSorted().contains(1, 60);
  }

  @Test
  void aPartOfTheClientsLeavesWhileTheQueryRuns() {
    List<Visit> plan = Visit.plan(options(60), 100);

    assertThat(plan.stream().filter(Visit::leaves).count())
        .isBetween(plan.size() / 2L, plan.size() * 2L / 3);
    assertThat(plan)
        .filteredOn(Visit::leaves)
        .extracting(Visit::leavesAfterMillis)
        .allSatisfy(millis -> assertThat(millis).isBetween(10, 50));
    assertThat(Visit.plan(options(0), 100)).noneMatch(Visit::leaves);
    assertThat(Visit.plan(options(100), 100)).allMatch(Visit::leaves);
  }
}
