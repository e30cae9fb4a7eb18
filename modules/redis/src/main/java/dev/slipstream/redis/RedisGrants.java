package dev.slipstream.redis;

import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.Grant;
import dev.slipstream.ledger.GrantInfo;
import dev.slipstream.ledger.NodeReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The grants: which flights wait for a fetch. */
final class RedisGrants<K, V> {
  private final Records<K, V> records;

  RedisGrants(Records<K, V> records) {
    this.records = records;
  }

  CompletionStage<Grant<K>> grant(FetchScope scope, FetchId<K> id, GrantInfo info) {
    Args args = new Args().add(id.number()).add(info.time()).addOptional(info.label());
    return records.call(
        Script.GRANT,
        id,
        Scopes.text(scope),
        args,
        reply -> {
          Refusals.check(reply, id);
          return new Grant<>(scope, Answers.id(id.key(), reply.number(1)), info);
        });
  }

  CompletionStage<Void> transfer(FetchScope from, FetchScope to, List<FetchId<K>> ids) {
    CompletableFuture<?>[] all =
        ids.stream()
            .map(id -> transfer(from, to, id).toCompletableFuture())
            .toArray(CompletableFuture[]::new);
    CompletableFuture<Void> done = new CompletableFuture<>();
    var unused =
        CompletableFuture.allOf(all)
            .whenCompleteAsync(
                (result, failure) -> {
                  if (failure == null) {
                    done.complete(null);
                  } else {
                    done.completeExceptionally(Failures.bare(failure));
                  }
                },
                RedisThreads.pool());
    return done;
  }

  private CompletionStage<String> transfer(FetchScope from, FetchScope to, FetchId<K> id) {
    return records.call(
        Script.TRANSFER,
        id,
        Scopes.text(from),
        new Args().add(id.number()).add(Scopes.text(to)),
        reply -> reply.text(0));
  }

  /** Returns a scope's grants, those included that have run out if so asked. */
  CompletionStage<List<Grant<K>>> grants(FetchScope scope, boolean runOutToo) {
    String caller = Scopes.text(scope);
    return records
        .each(
            Script.GRANTS,
            false,
            new Args().add(0),
            reply -> grants(reply, null, runOutToo, caller))
        .thenApply(lists -> lists.stream().flatMap(List::stream).toList());
  }

  CompletionStage<List<Grant<K>>> grantsOf(FetchId<K> id) {
    return records.call(
        Script.GRANTS,
        id,
        "",
        new Args().add(id.number()),
        reply -> grants(reply, id.key(), false, null));
  }

  CompletionStage<Boolean> hasGrant(FetchScope scope, FetchId<K> id) {
    String caller = Scopes.text(scope);
    return records.call(
        Script.GRANTS,
        id,
        "",
        new Args().add(id.number()),
        reply -> !grants(reply, id.key(), false, caller).isEmpty());
  }

  private List<Grant<K>> grants(
      Reply reply, @Nullable K known, boolean runOutToo, @Nullable String only) {
    List<Grant<K>> grants = new ArrayList<>();
    if (reply.text(0).equals("?")) {
      return grants;
    }
    K key = known == null ? records.key(reply.bytes(2)) : known;
    if (key == null) { // a digest that is not known here
      return grants;
    }
    FetchId<K> id = Answers.id(key, reply.number(1));
    for (Reply each : reply.reply(3).replies()) {
      String caller = each.text(0);
      boolean live = each.number(1) == 1;
      if ((live || runOutToo) && (only == null || only.equals(caller))) {
        grants.add(new Grant<>(Scopes.scope(caller), id, info(each.text(2))));
      }
    }
    return grants;
  }

  /** Reads milliseconds, a colon, and, after a plus, a label. */
  private static GrantInfo info(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw Reply.malformed(null);
    }
    long millis = Reply.number(text.substring(0, colon));
    String label = text.startsWith("+", colon + 1) ? text.substring(colon + 2) : null;
    return new GrantInfo(label, Duration.ofMillis(Math.max(1, millis)));
  }

  CompletionStage<NodeReport> deleteNode(String nodeName) {
    return records
        .each(
            Script.DELETE_NODE,
            false,
            new Args().add(Scopes.namePart(nodeName)),
            reply -> new NodeReport(reply.number(0), reply.number(1)))
        .thenApply(
            reports ->
                reports.stream()
                    .reduce(
                        new NodeReport(0, 0),
                        (a, b) ->
                            new NodeReport(a.grants() + b.grants(), a.givenUp() + b.givenUp())));
  }
}
