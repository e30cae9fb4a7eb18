package dev.slipstream.checks.guides;

/** What the caches of the guides hold. */
record User(int id, String name) {}
