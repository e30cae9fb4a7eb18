package dev.slipstream;

import dev.slipstream.internal.Timer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One question to the ledger. It has one end: the answer, a failure, or that no answer came in
 * time. An answer that comes after that is {@link #late}.
 */
abstract class LedgerCall<R extends @Nullable Object> {
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile Timer.@Nullable Handle timeout;

  /** The ledger answered. */
  abstract void answered(R answer);

  /** The ledger could not be asked, or did not answer in time: the call may have taken effect. */
  abstract void failed(Throwable failure);

  /** An answer came after {@link #failed}. */
  void late(R answer) {}

  /** Asks. Whatever the ledger throws is a failure as well. */
  final void ask(Supplier<CompletionStage<R>> question) {
    CompletionStage<R> stage;
    try {
      stage = question.get();
    } catch (Throwable e) {
      fail(e);
      return;
    }
    var unused =
        stage.handle(
            (answer, failure) -> {
              end(answer, failure);
              return null;
            });
  }

  /** Sets what ends the call if no answer comes; the handle is cancelled by its end. */
  final void setTimeout(Timer.Handle handle) {
    timeout = handle;
    if (ended.get()) {
      handle.cancel();
    }
  }

  @SuppressWarnings("NullAway") // an answer without a failure is what the ledger's stage promises
  private void end(@Nullable R answer, @Nullable Throwable failure) {
    if (failure != null) {
      fail(Failures.unwrap(failure));
    } else if (ended.compareAndSet(false, true)) {
      stopTimeout();
      answered(answer);
    } else {
      late(answer);
    }
  }

  /** Ends the call, unless it has ended. */
  final void fail(Throwable failure) {
    if (ended.compareAndSet(false, true)) {
      stopTimeout();
      failed(failure);
    }
  }

  private void stopTimeout() {
    Timer.Handle handle = timeout;
    if (handle != null) {
      handle.cancel();
    }
  }
}
