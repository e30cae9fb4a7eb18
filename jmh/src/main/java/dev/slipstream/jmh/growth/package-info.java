/** How the cost of one call grows with the fetches in flight and with the awaiters of one fetch. */
package dev.slipstream.jmh.growth;
