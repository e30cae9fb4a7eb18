package dev.slipstream.ledger;

import dev.slipstream.watch.ChangeHub;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A wait for the end of a key's fetch. Once a fetch is found that has not ended, an attach, if
 * there is one, decides: its stage is what the read waits for.
 */
final class EndWait<K, V> extends LedgerWait<K, FetchEnd<V>> {
  private final K key;
  private final FetchLedger<K, V> ledger;
  private final @Nullable LedgerAttach<K, V> attach;

  /** Written once, by the read that attaches; read by the thread that ends the wait. */
  private volatile @Nullable CompletionStage<FetchEnd<V>> attached;

  EndWait(
      K key,
      FetchLedger<K, V> ledger,
      @Nullable LedgerAttach<K, V> attach,
      @Nullable ChangeHub<K> hub,
      boolean polls,
      Executor executor) {
    super(key, hub, polls, executor);
    this.key = key;
    this.ledger = ledger;
    this.attach = attach;
  }

  @Override
  CompletionStage<@Nullable FetchEnd<V>> read() {
    return ledger.find(key).thenCompose(this::found);
  }

  private CompletionStage<@Nullable FetchEnd<V>> found(@Nullable FetchRecord<K, V> record) {
    FetchEnd<V> end = record == null ? null : record.end();
    if (record == null || end != null || attach == null) {
      return CompletableFuture.completedFuture(end);
    }
    CompletionStage<FetchEnd<V>> stage =
        Objects.requireNonNull(attach.attach(record.id()), "a LedgerAttach returned null");
    attached = stage;
    if (isDone()) {
      release();
    }
    return stage.thenApply(
        decided -> Objects.requireNonNull(decided, "a LedgerAttach completed with null"));
  }

  @Override
  void release() {
    if (attached instanceof CompletableFuture<?> pending) {
      pending.cancel(false);
    }
  }
}
