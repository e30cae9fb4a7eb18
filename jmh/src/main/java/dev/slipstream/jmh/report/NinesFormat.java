package dev.slipstream.jmh.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;

/** Shows one caller in so many as a percentage: 10 is 90 %, 1000 is 99.9 %. */
final class NinesFormat extends NumberFormat {
  private static final long serialVersionUID = 1L;

  @Override
  public StringBuffer format(double oneIn, StringBuffer to, FieldPosition position) {
    BigDecimal percent = BigDecimal.valueOf(100 - 100 / oneIn).round(new MathContext(6));
    return to.append(percent.stripTrailingZeros().toPlainString()).append(" %");
  }

  @Override
  public StringBuffer format(long oneIn, StringBuffer to, FieldPosition position) {
    return format((double) oneIn, to, position);
  }

  @Override
  public Number parse(String text, ParsePosition position) {
    throw new UnsupportedOperationException("axis labels are only written");
  }
}
