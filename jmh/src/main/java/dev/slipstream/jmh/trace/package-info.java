/** A replayed trace of callers, some of which give up, before a backend with few connections. */
package dev.slipstream.jmh.trace;
