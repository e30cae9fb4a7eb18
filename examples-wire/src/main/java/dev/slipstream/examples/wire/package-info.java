/**
 * A program: callers share slow requests to PostgreSQL by JDBC and R2DBC, and to a gRPC server, and
 * all leave. It counts in the servers what is cancelled, and what runs to its end for nobody.
 */
@org.jspecify.annotations.NullMarked
package dev.slipstream.examples.wire;
