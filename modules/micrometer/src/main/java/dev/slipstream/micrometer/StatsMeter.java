package dev.slipstream.micrometer;

import dev.slipstream.CacheStats;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * A counter that Micrometer does not have for every cache.
 *
 * @param name its name
 * @param tags by what it differs from others of its name
 * @param description what it counts; Micrometer has one description for all of a name
 * @param isAlwaysCounted whether it is counted without {@code recordStats}
 * @param count reads it
 */
record StatsMeter(
    String name,
    Tags tags,
    String description,
    boolean isAlwaysCounted,
    ToLongFunction<CacheStats> count) {
  private static final String FETCHES = "The fetches that have ended";
  private static final String LOADS =
      "The fetches that brought a value (success), or none, a failure or a timeout (failure)";
  private static final String REFRESHES =
      "The fetches that were started because an entry was due, or would expire soon (early)";
  private static final String LEDGER = "What became of fetches that were shared through the ledger";

  static final List<StatsMeter> ALL =
      List.of(
          counted(
              "cache.eviction.weight",
              "The weight of the entries that left because of their size or age",
              CacheStats::evictionWeight),
          load("success", CacheStats::successCount),
          load(
              "failure",
              stats -> stats.absentCount() + stats.failureCount() + stats.timeoutCount()),
          counted(
              "slipstream.joins",
              "The calls that joined a fetch which was running already",
              CacheStats::joinCount),
          fetches("success", CacheStats::successCount),
          fetches("absent", CacheStats::absentCount),
          fetches("failure", CacheStats::failureCount),
          fetches("abandoned", CacheStats::abandonedCount),
          fetches("timeout", CacheStats::timeoutCount),
          counted(
              "slipstream.fetches.fenced",
              "The fetches whose result was not stored, because their key was written meanwhile",
              CacheStats::fencedCount),
          counted(
              "slipstream.stale",
              "The calls that got a value which was due for renewal, or had expired",
              CacheStats::staleCount),
          counted(
              "slipstream.stale.on.error",
              "The calls that got an expired value in place of a failure",
              CacheStats::staleOnErrorCount),
          counted(
              "slipstream.soft.timeouts",
              "The fetches that took longer than the soft timeout, while an expired value was kept",
              CacheStats::softTimeoutCount),
          counted(
              "slipstream.rejected",
              "The fetches that were refused because too many were running",
              CacheStats::rejectedCount),
          counted(
              "slipstream.batches", "The loads of keys that were gathered", CacheStats::batchCount),
          counted(
              "slipstream.batched.keys",
              "The keys that those loads were asked for",
              CacheStats::batchedKeyCount),
          refreshes("due", CacheStats::refreshCount),
          refreshes("early", CacheStats::earlyRefreshCount),
          counted(
              "slipstream.failure.hits",
              "The calls that got a failure which is remembered",
              CacheStats::failureHitCount),
          ledger("hit", CacheStats::ledgerHitCount),
          ledger("wait", CacheStats::remoteWaitCount),
          ledger("takeover", CacheStats::takeoverCount),
          ledger("fenced", CacheStats::ledgerFencedCount),
          ledger("away", CacheStats::ledgerAwayCount),
          ledger("unshared", CacheStats::unsharedCount),
          alwaysCounted(
              "slipstream.events.dropped",
              "The events that were dropped because the event sink had no time for them",
              CacheStats::droppedEventCount),
          alwaysCounted(
              "slipstream.changes.coalesced",
              "The changes that were merged because state listeners had not kept up",
              CacheStats::coalescedChangeCount));

  private static StatsMeter counted(
      String name, String description, ToLongFunction<CacheStats> count) {
    return new StatsMeter(name, Tags.empty(), description, false, count);
  }

  private static StatsMeter alwaysCounted(
      String name, String description, ToLongFunction<CacheStats> count) {
    return new StatsMeter(name, Tags.empty(), description, true, count);
  }

  private static StatsMeter load(String result, ToLongFunction<CacheStats> count) {
    return new StatsMeter("cache.load", Tags.of("result", result), LOADS, false, count);
  }

  private static StatsMeter fetches(String outcome, ToLongFunction<CacheStats> count) {
    return new StatsMeter("slipstream.fetches", Tags.of("outcome", outcome), FETCHES, false, count);
  }

  private static StatsMeter refreshes(String cause, ToLongFunction<CacheStats> count) {
    return new StatsMeter("slipstream.refreshes", Tags.of("cause", cause), REFRESHES, false, count);
  }

  private static StatsMeter ledger(String event, ToLongFunction<CacheStats> count) {
    return new StatsMeter("slipstream.ledger", Tags.of("event", event), LEDGER, false, count);
  }
}
