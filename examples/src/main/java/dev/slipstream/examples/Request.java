package dev.slipstream.examples;

/**
 * One request of the load.
 *
 * @param atMillis when it is sent, after the start of the run
 * @param item the key
 * @param patienceMillis how long the client waits; it says so in a header
 */
record Request(int atMillis, int item, int patienceMillis) {}
