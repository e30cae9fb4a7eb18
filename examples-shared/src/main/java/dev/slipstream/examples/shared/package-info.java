/** The parts that several programs share: command line, terminal, database, web server, clients. */
@org.jspecify.annotations.NullMarked
package dev.slipstream.examples.shared;
