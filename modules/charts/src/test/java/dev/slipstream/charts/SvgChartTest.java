package dev.slipstream.charts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class SvgChartTest {
  @TempDir private Path directory;

  @BeforeAll
  static void withoutAScreen() {
    System.setProperty("java.awt.headless", "true");
  }

  @Test
  void aChartIsAPictureWithItsTitleAndLabels() throws Exception {
    Path file = directory.resolve("chart.svg");
    XYSeries series = new XYSeries("served");
    series.add(0, 1);
    series.add(1, 3);
    XYSeriesCollection points = new XYSeriesCollection(series);
    NumberAxis seconds = new NumberAxis("seconds");
    NumberAxis requests = new NumberAxis("a second");
    ChartStyle.apply(seconds);
    ChartStyle.apply(requests);

    XYPlot plot = new XYPlot(points, seconds, requests, new XYLineAndShapeRenderer());
    ChartStyle.chart("Requests", plot, 420).write(file);

    Document picture = parse(file);
    assertEquals("svg", picture.getDocumentElement().getTagName());
    assertEquals("0 0 880 420", picture.getDocumentElement().getAttribute("viewBox"));
    assertEquals("Requests", picture.getDocumentElement().getAttribute("aria-label"));
    List<String> texts = texts(picture);
    assertTrue(texts.containsAll(List.of("Requests", "seconds", "served")), texts::toString);
  }

  private static Document parse(Path file) throws Exception {
    DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    builder.setEntityResolver( // the document type is on another host
        (publicId, systemId) -> new InputSource(new StringReader("")));
    return builder.parse(file.toFile());
  }

  private static List<String> texts(Document picture) {
    List<String> texts = new ArrayList<>();
    NodeList elements = picture.getElementsByTagName("text");
    for (int i = 0; i < elements.getLength(); i++) {
      texts.add(elements.item(i).getTextContent());
    }
    return texts;
  }
}
