package dev.slipstream.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HistoryTest {
  @Test
  void theHistoryHasALimit() {
    History history = new History();
    for (long i = 0; i < 1_000; i++) {
      history.add(new long[] {i});
    }

    assertThat(history.rows()).hasSize(300);
    assertThat(history.rows().get(0)).containsExactly(700);
    assertThat(history.rows().get(299)).containsExactly(999);
  }
}
