package dev.slipstream.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/**
 * Texts of users' objects: there is always one, on one line, and of a length that can be logged.
 */
class TextsTest {
  @RegisterExtension final LogCapture log = new LogCapture();

  @Test
  void aPlainTextStaysAsItIs() {
    String text = "order/47 (Überweisung) 日本 \uD83D\uDE00";
    assertThat(Texts.of(text)).isSameAs(text);
    assertThat(Texts.of(null)).isEqualTo("null");
    assertThat(Texts.of(4711L)).isEqualTo("4711");
  }

  @Test
  void aKeyWithLineBreaksForgesNoLineInTheLog() {
    String forged = Texts.of("k\n12:00 ERROR all is lost\r\u001b[31m\u2028\u0085\u202e");
    assertThat(forged)
        .isEqualTo("k\\n12:00 ERROR all is lost\\u000d\\u001b[31m\\u2028\\u0085\\u202e");
  }

  @Test
  void aMillionCharactersAreCut() {
    assertThat(Texts.of("x".repeat(1_000_000))).hasSize(200).endsWith("x…");
    assertThat(Texts.of("\n".repeat(200))).hasSize(200).endsWith("…");
    assertThat(Texts.of("\uD83D\uDE00".repeat(200))).hasSize(199).endsWith("\uD83D\uDE00…");
  }

  @Test
  void ofAHundredThousandKeysSomeAreNamed() {
    List<Integer> keys = IntStream.range(0, 100_000).boxed().toList();
    assertThat(Texts.of(keys)).isEqualTo("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 99,990 more]");
    assertThat(Texts.of(List.of("a", "b\n"))).isEqualTo("[a, b\\n]");
    assertThat(Texts.of(List.of())).isEqualTo("[]");
    assertThat(Texts.of(List.of("x".repeat(1_000), "y"))).hasSizeLessThan(230).endsWith("1 more]");
  }

  @Test
  void anObjectWithoutATextIsNamedByItsClass() {
    Object mute =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("the bundle is gone");
          }
        };
    Object nothing =
        new Object() {
          @Override
          public String toString() {
            return null;
          }
        };
    assertThat(Texts.of(mute)).contains("TextsTest").endsWith("(its toString failed)");
    assertThat(Texts.of(nothing)).isEqualTo("null");
    assertThat(Texts.of(List.of(mute, "k"))).contains("(its toString failed), k");
  }

  @Test
  void aCollectionThatContainsItselfOrCannotBeReadHasAText() {
    List<Object> itself = new ArrayList<>();
    itself.add(List.of(itself));
    assertThat(Texts.of(itself)).contains("toString failed");
    List<Object> broken =
        new AbstractList<>() {
          @Override
          public Object get(int index) {
            throw new IllegalStateException("closed");
          }

          @Override
          public int size() {
            return 1;
          }
        };
    assertThat(Texts.of(broken)).contains("toString failed");
  }

  @Test
  void aTextThatTakesMoreStackThanThereIsIsNoError() {
    Object endless =
        new Object() {
          @Override
          public String toString() {
            return "and " + this;
          }
        };
    assertThat(Texts.of(endless)).contains("TextsTest", "toString failed");
  }

  @Test
  void aFailureWithoutAMessageIsLogged() {
    RuntimeException mute =
        new RuntimeException() {
          @Override
          public String getMessage() {
            throw new IllegalStateException("the bundle is gone");
          }
        };

    Texts.warn(LoggerFactory.getLogger(Texts.class), "key {} of {} failed", mute, "k\n", "cache");

    Eventually.passes(() -> assertThat(log.warnings()).hasSize(1));
    assertThat(log.warnings().get(0).getFormattedMessage())
        .startsWith("key k\\n of cache failed; its failure, a dev.slipstream.internal.TextsTest")
        .endsWith("cannot be logged");
  }

  @Test
  void aFailureIsLoggedWithItsStackTrace() {
    RuntimeException failure = new RuntimeException("down");

    Texts.warn(LoggerFactory.getLogger(Texts.class), "key {} failed", failure, "k");

    assertThat(log.warnings().get(0).getFormattedMessage()).isEqualTo("key k failed");
    assertThat(LogCapture.thrown(log.warnings().get(0))).isSameAs(failure);
  }
}
