package dev.slipstream.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** The modules of the project, as the poms have them. */
final class Modules {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private Modules() {}

  /** A directory with a pom. */
  record Module(Path directory) {
    String artifact() {
      return texts(pom(), "/project/artifactId").get(0);
    }

    boolean isReleased() {
      return !texts(pom(), "/project/properties/maven.deploy.skip").contains("true");
    }

    boolean isJar() {
      return texts(pom(), "/project/packaging").isEmpty();
    }

    /** The descriptor of what it has compiled. */
    ModuleDescriptor descriptor() {
      try (var in = Files.newInputStream(classes().resolve("module-info.class"))) {
        return ModuleDescriptor.read(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    List<String> exports() {
      return descriptor().exports().stream()
          .filter(exported -> !exported.isQualified())
          .map(ModuleDescriptor.Exports::source)
          .sorted()
          .toList();
    }

    Path classes() {
      return directory.resolve("target/classes");
    }

    Path pom() {
      return directory.resolve("pom.xml");
    }
  }

  /** All modules, those of the profiles included. */
  static List<Module> all() {
    return texts(ROOT.resolve("pom.xml"), "//modules/module").stream()
        .map(directory -> new Module(ROOT.resolve(directory)))
        .toList();
  }

  static List<Module> released() {
    return all().stream().filter(Module::isReleased).filter(Module::isJar).toList();
  }

  static Module library() {
    return new Module(ROOT.resolve("lib"));
  }

  static Stream<Module> adapters() {
    return released().stream().filter(module -> !module.equals(library()));
  }

  /** What the elements at a path of a pom contain. */
  static List<String> texts(Path pom, String path) {
    try {
      Document document =
          DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
      NodeList found =
          (NodeList)
              XPathFactory.newInstance()
                  .newXPath()
                  .evaluate(path, document, XPathConstants.NODESET);
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < found.getLength(); i++) {
        texts.add(found.item(i).getTextContent().strip());
      }
      return texts;
    } catch (Exception e) {
      throw new IllegalStateException("cannot read " + pom, e);
    }
  }
}
