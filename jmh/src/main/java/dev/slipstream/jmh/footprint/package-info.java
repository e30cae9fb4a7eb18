/** The memory of what a cache holds, object by object. */
package dev.slipstream.jmh.footprint;
