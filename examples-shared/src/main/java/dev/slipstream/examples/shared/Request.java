package dev.slipstream.examples.shared;

/**
 * One request of the load.
 *
 * @param atMillis when it is sent, in milliseconds after the start of the run
 * @param item the key
 * @param timeoutMillis how long the client waits; it sends this in a header
 */
public record Request(int atMillis, int item, int timeoutMillis) {}
