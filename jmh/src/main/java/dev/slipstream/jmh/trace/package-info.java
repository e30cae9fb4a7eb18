/** A replayed trace of callers, some of whom give up, before a backend with few connections. */
package dev.slipstream.jmh.trace;
