/** Exact figures that must not get worse; none of them is a time. */
package dev.slipstream.jmh.guard;
