package dev.slipstream.charts;

import java.awt.Dimension;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.jfree.chart.JFreeChart;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * A chart that is written as an SVG file.
 *
 * @param title the description of the picture
 * @param chart is drawn
 * @param height of the picture; it is 880 wide
 */
public record SvgChart(String title, JFreeChart chart, int height) {
  private static final int WIDTH = 880;

  /**
   * Draws the chart.
   *
   * @param file is replaced
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    SVGGraphics2D graphics = new SVGGraphics2D(emptyDocument());
    graphics.setSVGCanvasSize(new Dimension(WIDTH, height));
    chart.draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, height));
    Element root = graphics.getRoot();
    root.setAttribute("viewBox", "0 0 %d %d".formatted(WIDTH, height));
    root.setAttribute("role", "img");
    root.setAttribute("aria-label", title);
    try (Writer writer = Files.newBufferedWriter(file)) {
      graphics.stream(root, writer, true, false);
    }
  }

  private static Document emptyDocument() {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument("http://www.w3.org/2000/svg", "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the JDK's own parser is not there", e);
    }
  }
}
