package dev.slipstream.canal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipstream.watch.EventsLostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a pull gave. */
class CanalBatchTest {
  @Test
  void eachNumberOfItemsHasItsKind() {
    assertThat(CanalBatch.of(List.of())).isEqualTo(new CanalBatch.Empty<>());
    assertThat(CanalBatch.of(List.of("a"))).isEqualTo(new CanalBatch.One<>("a"));
    assertThat(CanalBatch.of(List.of("a", "b")))
        .isEqualTo(new CanalBatch.Many<>(List.of("a", "b")));
  }

  @Test
  void onlyAnEmptyOneIsEmpty() {
    assertThat(new CanalBatch.Empty<>().isEmpty()).isTrue();
    assertThat(new CanalBatch.One<>("a").isEmpty()).isFalse();
    assertThat(new CanalBatch.Many<>(List.of("a", "b")).isEmpty()).isFalse();
    assertThat(new CanalBatch.Gap<>(1, 2).isEmpty()).as("a gap is to be handled").isFalse();
  }

  @Test
  void itemsComeAsAnImmutableListInOrder() {
    List<String> source = new ArrayList<>(List.of("a", "b"));
    CanalBatch<String> many = new CanalBatch.Many<>(source);
    source.clear();

    assertThat(new CanalBatch.Empty<String>().items()).isEmpty();
    assertThat(new CanalBatch.One<>("a").items()).containsExactly("a");
    assertThat(many.items()).containsExactly("a", "b");
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> many.items().add("c"));
  }

  @Test
  void aReaderOfItemsCannotMissAGap() {
    EventsLostException lost =
        catchThrowableOfType(
            EventsLostException.class, () -> new CanalBatch.Gap<String>(3, 7).items());

    assertThat(lost).hasMessageContaining("events 3 to 7");
    assertThat(lost.from()).isEqualTo(3);
    assertThat(lost.to()).isEqualTo(7);
  }

  @Test
  void aGapOfAnEarlierJournalSaysSo() {
    CanalBatch.Gap<String> gap = new CanalBatch.Gap<>(8, 0);

    assertThat(gap.isOfEarlierJournal()).isTrue();
    assertThat(new CanalBatch.Gap<>(8, 8).isOfEarlierJournal()).isFalse();
    assertThatExceptionOfType(EventsLostException.class)
        .isThrownBy(gap::items)
        .withMessageContaining("from 8 on of an earlier journal");
  }

  @Test
  void whatIsNoBatchIsRefused() {
    assertThatNullPointerException().isThrownBy(() -> new CanalBatch.One<String>(null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CanalBatch.Many<>(List.of("a")))
        .withMessageContaining("but are 1");
    assertThatIllegalArgumentException().isThrownBy(() -> new CanalBatch.Gap<>(0, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CanalBatch.Gap<>(5, 4))
        .withMessageContaining("from 5 to 4");
  }
}
