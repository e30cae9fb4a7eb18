package dev.slipstream.ledger;

import dev.slipstream.watch.ChangeHub;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A wait for the first event of a type; each read goes on where the one before it ended. */
final class EventWait<K, V> extends LedgerWait<K, LedgerEvent<K>> {
  private final FetchLedger<K, V> ledger;
  private final String type;

  /** Changed by the read that is under way. The newest fetch is the one that the first found. */
  private FetchId<K> id;

  private long after;

  EventWait(
      FetchId<K> id,
      String type,
      long after,
      FetchLedger<K, V> ledger,
      @Nullable ChangeHub<K> hub,
      boolean polls,
      Executor executor) {
    super(id.key(), hub, polls, executor);
    this.ledger = ledger;
    this.type = type;
    this.id = id;
    this.after = after;
  }

  @Override
  CompletionStage<@Nullable LedgerEvent<K>> read() {
    return id.number() == 0 ? ledger.find(id.key()).thenCompose(this::found) : readEvents();
  }

  private CompletionStage<@Nullable LedgerEvent<K>> found(@Nullable FetchRecord<K, V> record) {
    if (record == null) {
      return CompletableFuture.failedFuture(new Refusal(Refusal.Kind.UNKNOWN).forCaller(id));
    }
    id = record.id();
    return readEvents();
  }

  private CompletionStage<@Nullable LedgerEvent<K>> readEvents() {
    return ledger.eventsAfter(id, after).thenApply(this::first);
  }

  private @Nullable LedgerEvent<K> first(List<LedgerEvent<K>> events) {
    for (LedgerEvent<K> event : events) {
      if (event.type().equals(type)) {
        return event;
      }
      after = event.sequence();
    }
    return null;
  }
}
