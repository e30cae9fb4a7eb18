package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.HookedKey;
import org.junit.jupiter.api.Test;

/** A key that was touched just as the last bulk load ended was kept, though no load needed it. */
class TouchedKeysRegressionTest {
  private final TouchedKeys<HookedKey> touched = new TouchedKeys<>();

  @Test
  void aTouchDuringTheEndOfTheLastBulkIsNotKept() {
    Object bulk = new Object();
    long unused = touched.begin(bulk);
    HookedKey key = new HookedKey("k", 1, () -> touched.end(bulk)).arm();

    touched.touch(key);

    assertThat(key.hasRun()).isTrue();
    assertThat(touched.isEmpty()).isTrue();
  }

  @Test
  void aTouchDuringAnotherBulkIs() {
    Object bulk = new Object();
    long unused = touched.begin(bulk);
    Object another = new Object();
    long begun = touched.begin(another);
    HookedKey key = new HookedKey("k", 1, () -> touched.end(bulk)).arm();

    touched.touch(key);

    assertThat(touched.isTouched(key, begun)).isTrue();
    touched.end(another);
    assertThat(touched.isEmpty()).isTrue();
  }
}
