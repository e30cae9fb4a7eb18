package dev.slipstream.jmh.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page whose measured parts stand between comments, and are replaced as a whole. */
final class Page {
  private final Path file;
  private String text;

  Page(Path file) throws IOException {
    this.file = file;
    text = Files.readString(file);
  }

  /** Replaces what stands between {@code <!-- measured: name -->} and {@code <!-- end -->}. */
  void replace(String name, String content) {
    String begin = "<!-- measured: " + name + " -->\n";
    int from = text.indexOf(begin);
    int to = from < 0 ? -1 : text.indexOf("<!-- end -->", from);
    if (to < 0) {
      throw new IllegalStateException(
          "%s has no part \"measured: %s\": put its two comments where the table is to stand"
              .formatted(file, name));
    }
    text =
        text.substring(0, from + begin.length())
            + '\n'
            + content.strip()
            + "\n\n"
            + text.substring(to);
  }

  void write() throws IOException {
    Files.writeString(file, text);
  }
}
