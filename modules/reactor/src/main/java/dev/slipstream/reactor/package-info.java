/**
 * Slipstream's calls as Monos and Fluxes of Project Reactor. Subscribers share a fetch, each of
 * them leaves by disposing its subscription, and the last one cancels the loader's Mono.
 *
 * <pre>{@code
 * ReactorCache<Integer, User> users = ReactorCache.of(cache);
 *
 * Mono<User> user = users.getOrFetch(42, id -> client.findUser(id));
 * }</pre>
 */
package dev.slipstream.reactor;
