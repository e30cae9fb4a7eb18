/**
 * Servers, JVMs and connections that tests and examples start, cut and end. Not published.
 *
 * <pre>{@code
 * try (RedisServer server = RedisServer.embedded();
 *     Relay relay = new Relay(server.port())) {
 *   answer = ping(relay.port());
 * }
 * }</pre>
 */
@org.jspecify.annotations.NullMarked
package dev.slipstream.processes;
