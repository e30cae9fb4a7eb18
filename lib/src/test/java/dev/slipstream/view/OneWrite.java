package dev.slipstream.view;

import java.nio.file.Path;

/** Writes once, and says so. */
final class OneWrite {
  private OneWrite() {}

  public static void main(String[] args) throws Exception {
    ViewFile.write(Path.of(args[0]), Samples.view(1), Samples.STRINGS);
    System.out.println("written");
  }
}
