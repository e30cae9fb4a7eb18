package dev.slipstream;

import dev.slipstream.testing.Eventually;
import java.util.concurrent.TimeUnit;

/** The ways in which a caller ends its own handle. */
enum Leave {
  CANCEL {
    @Override
    void end(FetchHandle<String> handle) {
      handle.cancel(true);
    }
  },
  COMPLETE {
    @Override
    void end(FetchHandle<String> handle) {
      handle.complete("mine");
    }
  },
  COMPLETE_EXCEPTIONALLY {
    @Override
    void end(FetchHandle<String> handle) {
      handle.completeExceptionally(new IllegalArgumentException("mine"));
    }
  },
  COMPLETE_ASYNC {
    @Override
    void end(FetchHandle<String> handle) {
      handle.completeAsync(() -> "mine");
    }
  },
  COMPLETE_ASYNC_ON_EXECUTOR {
    @Override
    void end(FetchHandle<String> handle) {
      handle.completeAsync(() -> "mine", Runnable::run);
    }
  },
  OR_TIMEOUT {
    @Override
    void end(FetchHandle<String> handle) {
      handle.orTimeout(1, TimeUnit.MILLISECONDS);
    }
  },
  COMPLETE_ON_TIMEOUT {
    @Override
    void end(FetchHandle<String> handle) {
      handle.completeOnTimeout("mine", 1, TimeUnit.MILLISECONDS);
    }
  };

  /** Ends the handle, perhaps a little later and on another thread. */
  abstract void end(FetchHandle<String> handle);

  /** Ends the handle and waits until it is done. */
  void endAndWait(FetchHandle<String> handle) {
    end(handle);
    Eventually.until(this + " ends the handle", handle::isDone);
  }
}
