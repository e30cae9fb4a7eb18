package dev.slipstream.jmh.report;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** The values of one figure, in the order in which they were measured; perhaps none. */
record Samples(double... values) {

  boolean isEmpty() {
    return values.length == 0;
  }

  double median() {
    return isEmpty() ? Double.NaN : Results.median(values);
  }

  double least() {
    return Arrays.stream(values).min().orElse(Double.NaN);
  }

  double most() {
    return Arrays.stream(values).max().orElse(Double.NaN);
  }

  Samples map(DoubleUnaryOperator function) {
    return new Samples(Arrays.stream(values).map(function).toArray());
  }

  Samples per(double count) {
    return map(value -> value / count);
  }

  /** Combines the samples that were measured together. */
  Samples with(Samples other, DoubleBinaryOperator function) {
    return new Samples(
        IntStream.range(0, Math.min(values.length, other.values.length))
            .mapToDouble(i -> function.applyAsDouble(values[i], other.values[i]))
            .toArray());
  }

  Samples over(Samples other) {
    return with(other, (a, b) -> a / b);
  }

  Samples minus(Samples other) {
    return with(other, (a, b) -> a - b);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Samples samples && Arrays.equals(values, samples.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
