/**
 * A live page of a cache's fetches for a browser: which run, for how many callers and how long, how
 * the last ones ended, and how that went over the last minutes.
 *
 * <pre>{@code
 * RecentEnds ends = new RecentEnds();
 * CoalescingCache<Integer, User> users =
 *     CoalescingCache.builder().maximumSize(10_000).recordStats().fetchListener(ends).build();
 *
 * FlightPage page = FlightPage.builder().cache("users", users, ends).start();
 * System.out.println("flights at " + page.uri());
 * }</pre>
 */
package dev.slipstream.page;
