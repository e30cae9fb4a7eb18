package dev.slipstream.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The values that ledgers take and give: their checks, defaults and texts. */
class LedgerValuesTest {
  private static final NodeIdentity NODE = new NodeIdentity("a", "1");
  private static final FetchScope SCOPE = new FetchScope(NODE, 1);

  @Test
  void aNewRunOfANodeIsLikeNoOther() {
    assertThat(NodeIdentity.of("a")).isNotEqualTo(NodeIdentity.of("a"));
    assertThat(NodeIdentity.of("a").name()).isEqualTo("a");
    assertThatIllegalArgumentException().isThrownBy(() -> NodeIdentity.of(" "));
    assertThatNullPointerException().isThrownBy(() -> NodeIdentity.of(null)).withMessage("name");
    assertThat(SCOPE).hasToString("a#1/1");
  }

  @Test
  void aNegativeNumberOrTimeIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new FetchId<>("key", -1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Lease<>(FetchId.newest("k"), SCOPE, 1, Duration.ofNanos(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> new GrantInfo(null, Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> JoinOptions.of(Duration.ofMillis(9)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new JoinOptions(Duration.ofSeconds(1), Duration.ZERO, false, false));
    assertThatIllegalArgumentException().isThrownBy(() -> RecordFilter.all().limit(0));
  }

  @Test
  void aBlankNameIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new AbandonRequest("", "why"));
    assertThatIllegalArgumentException().isThrownBy(() -> new ExternalRef("a", " "));
    assertThatIllegalArgumentException().isThrownBy(() -> new Started("", null));
    assertThatIllegalArgumentException().isThrownBy(() -> new WaitState("", null));
    assertThatIllegalArgumentException().isThrownBy(() -> AppendRequest.of("", "a"));
    assertThatIllegalArgumentException().isThrownBy(() -> new AppendRequest("a", null, false, " "));
  }

  @Test
  void aGrantLastsAtLeastThreeAndAHalfSecondsAndLongerThanTheLease() {
    assertThat(JoinOptions.of(Duration.ofMillis(100)).grant()).isEqualTo(Duration.ofMillis(3_500));
    assertThat(JoinOptions.of(Duration.ofSeconds(10)).grant()).isEqualTo(Duration.ofSeconds(12));
    Duration longest = Duration.ofSeconds(Long.MAX_VALUE);
    assertThat(JoinOptions.of(longest).grant()).isEqualTo(longest);
    assertThat(JoinOptions.of(Duration.ofSeconds(1)).refreshing().refresh()).isTrue();
    assertThat(JoinOptions.of(Duration.ofSeconds(1)).invalidatingFirst().invalidateFirst())
        .isTrue();
  }

  @Test
  void aRemoteFailureIsTextThatIsCut() {
    RemoteFailure failure = RemoteFailure.of(new IllegalStateException("x".repeat(10_000)), "a");
    assertThat(failure.type()).isEqualTo("java.lang.IllegalStateException");
    assertThat(failure.message()).hasSize(8_192);
    assertThat(failure.node()).isEqualTo("a");
    assertThat(RemoteFailure.of(new Error(), "a").message()).isNull();
  }

  @Test
  void aFailureWhoseMessageCannotBeHadHasNone() {
    Exception unreadable =
        new Exception() {
          private static final long serialVersionUID = 1L;

          @Override
          public String getMessage() {
            throw new IllegalStateException("expected");
          }
        };

    assertThat(RemoteFailure.of(unreadable, "a").message()).isNull();
  }

  @Test
  void noTextShowsAValue() {
    FetchId<String> id = new FetchId<>("key", 1);
    FetchEnd<String> end = new FetchEnd.Success<>("secret");
    assertThat(end.toString()).doesNotContain("secret");
    assertThat(new JoinResult.Value<>(id, "secret", Duration.ZERO).toString())
        .contains("key")
        .doesNotContain("secret");
    assertThat(new Completion.Fenced<>("secret", Duration.ZERO).toString())
        .doesNotContain("secret");
    assertThat(FetchRecord.<String, String>builder(id).end(end).build().toString())
        .doesNotContain("secret");
  }

  @Test
  void aFilterIsChangedOnePointAtATime() {
    ExternalRef ref = new ExternalRef("a", "b");
    RecordFilter filter = RecordFilter.all().states(FetchState.RUNNING).externalRef(ref).limit(3);

    assertThat(filter).isEqualTo(new RecordFilter(Set.of(FetchState.RUNNING), ref, 3));
    assertThat(RecordFilter.all().states()).isEmpty();
  }

  @Test
  void theOptionsHaveTheirDefaults() {
    LedgerOptions options = LedgerOptions.builder().build();

    assertThat(options.leaseTime()).isEqualTo(Duration.ofSeconds(3));
    assertThat(options.shareFor()).isNull();
    assertThat(options.whenAway()).isEqualTo(AwayPolicy.LOCAL);
    assertThat(options.patience()).isEqualTo(Duration.ofMillis(250));
    assertThat(options.detachedFor()).isEqualTo(Duration.ofSeconds(30));
    assertThat(options.shareWrites()).isTrue();
    assertThat(options.recorded()).isFalse();
    assertThat(options.node())
        .as("two caches of one JVM are two nodes")
        .isNotEqualTo(LedgerOptions.builder().build().node());
  }

  @Test
  void anOptionOutOfRangeIsRefusedAtItsSetter() {
    LedgerOptionsBuilder builder = LedgerOptions.builder();
    assertThatIllegalArgumentException().isThrownBy(() -> builder.node(" "));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.leaseTime(Duration.ofMillis(99)))
        .withMessageContaining("leaseTime");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.shareFor(Duration.ofNanos(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.patience(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.detachedFor(Duration.ZERO));
    assertThatNullPointerException().isThrownBy(() -> builder.whenAway(null));
    assertThat(builder.shareFor(Duration.ZERO).build().shareFor()).isZero();
  }

  @Test
  void onlyRegisteredAndRunningAreNotTerminal() {
    for (FetchState state : FetchState.values()) {
      assertThat(state.isTerminal())
          .isEqualTo(state != FetchState.REGISTERED && state != FetchState.RUNNING);
    }
  }
}
