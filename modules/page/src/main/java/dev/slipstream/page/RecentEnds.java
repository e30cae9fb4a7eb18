package dev.slipstream.page;

import dev.slipstream.FetchEnd;
import dev.slipstream.FetchListener;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Remembers how the last fetches of a cache ended, for the {@link FlightPage}. It is given to the
 * cache's builder as a listener, and to the page with the cache:
 *
 * <pre>{@code
 * RecentEnds ends = new RecentEnds();
 * CoalescingCache<Integer, User> users =
 *     CoalescingCache.builder().maximumSize(10_000).recordStats().fetchListener(ends).build();
 *
 * FlightPage page = FlightPage.builder().cache("users", users, ends).start();
 * }</pre>
 *
 * <p>It refers to the keys of those fetches, but neither to the cache nor to values, nor to
 * failures, of which it keeps the type. Use one for each cache. Its methods take no lock and may be
 * called from any thread.
 */
public final class RecentEnds implements FetchListener<Object> {
  private static final int DEFAULT_CAPACITY = 50;
  private static final int MOST = 1_000;

  private final AtomicReferenceArray<@Nullable End> ends;
  private final AtomicLong count = new AtomicLong();

  /** Remembers the last 50 ends. */
  public RecentEnds() {
    this(DEFAULT_CAPACITY);
  }

  /**
   * Remembers the last ends.
   *
   * @param capacity how many, from 1 to 1,000: each is sent to each open page once an interval
   * @throws IllegalArgumentException if the capacity is out of range
   */
  public RecentEnds(int capacity) {
    if (capacity < 1 || capacity > MOST) {
      throw new IllegalArgumentException(
          "capacity must be from 1 to %,d, but is %d".formatted(MOST, capacity));
    }
    ends = new AtomicReferenceArray<>(capacity);
  }

  @Override
  public void onEnd(long fetchId, Object key, FetchEnd end) {
    long number = count.getAndIncrement();
    Throwable failure = end.failure();
    ends.set(
        (int) (number % ends.length()),
        new End(
            number,
            System.currentTimeMillis(),
            fetchId,
            key,
            end.outcome(),
            end.duration().toNanos() / 1_000,
            end.callers(),
            end.fenced(),
            failure == null ? null : failure.getClass().getName()));
  }

  /** Returns the ends, the latest first. One that is just being written may be missing. */
  List<End> latestFirst() {
    List<End> latest = new ArrayList<>(ends.length());
    for (int i = 0; i < ends.length(); i++) {
      End end = ends.get(i);
      if (end != null) {
        latest.add(end);
      }
    }
    latest.sort(Comparator.comparingLong(End::number).reversed());
    return latest;
  }

  /** An end; the number counts those before it. */
  record End(
      long number,
      long epochMillis,
      long fetchId,
      Object key,
      FetchEnd.Outcome outcome,
      long durationMicros,
      int callers,
      boolean fenced,
      @Nullable String failure) {}
}
