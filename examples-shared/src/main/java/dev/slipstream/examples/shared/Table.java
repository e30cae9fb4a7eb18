package dev.slipstream.examples.shared;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The rows of a table that has a column for each run. */
public final class Table {
  private static final int LABEL = 36;
  private static final int COLUMN = 13;
  private static final double MILLI = 1e6;

  private Table() {}

  /**
   * Returns a row.
   *
   * @param <R> the result of a run
   * @param label of the row
   * @param runs the columns
   * @param figure returns the text of a column
   * @param <R> the type of a run's result
   * @return the line
   */
  public static <R> String row(String label, List<R> runs, Function<R, String> figure) {
    return String.format("%-" + LABEL + "s", label)
        + runs.stream()
            .map(run -> String.format("%" + COLUMN + "s", figure.apply(run)))
            .collect(Collectors.joining());
  }

  /**
   * Returns the line under the heading.
   *
   * @param runs the columns
   * @return the line
   */
  public static String rule(List<?> runs) {
    return "-".repeat(LABEL + COLUMN * runs.size());
  }

  /**
   * Returns a count with a comma after each three digits.
   *
   * @param number the count
   * @return its text
   */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /**
   * Returns a duration in milliseconds, with one decimal if it is below ten.
   *
   * @param nanos the duration in nanoseconds
   * @return its text
   */
  public static String time(long nanos) {
    double millis = nanos / MILLI;
    return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%,.0f ms", millis);
  }
}
