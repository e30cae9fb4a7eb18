package dev.slipstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.internal.InternalFutureFailureAccess;
import java.io.File;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/** The other tests stand on the class path; this one compiles and runs a consumer as a module. */
class ModulePathTest {
  private static final String MODULE_PATH =
      Stream.of(
              CoalescingCache.class,
              Caffeine.class,
              ListenableFuture.class,
              InternalFutureFailureAccess.class,
              Nullable.class,
              Logger.class)
          .map(ModulePathTest::home)
          .map(Path::toString)
          .collect(joining(File.pathSeparator));

  @Test
  void exportsItsPublicPackagesOnly() {
    ModuleDescriptor module =
        ModuleFinder.of(home(CoalescingCache.class))
            .find("dev.slipstream")
            .orElseThrow()
            .descriptor();

    assertThat(module.isAutomatic()).isFalse();
    assertThat(module.exports())
        .extracting(ModuleDescriptor.Exports::source)
        .containsExactlyInAnyOrder(
            "dev.slipstream",
            "dev.slipstream.canal",
            "dev.slipstream.latch",
            "dev.slipstream.ledger",
            "dev.slipstream.view",
            "dev.slipstream.watch");
    assertThat(module.exports()).noneMatch(ModuleDescriptor.Exports::isQualified);
    assertThat(module.opens()).isEmpty();
  }

  @Test
  void servesAConsumerOnTheModulePath(@TempDir Path dir) throws Exception {
    Path moduleInfo =
        source(dir, "module-info.java", "module consumer { requires dev.slipstream; }");
    Path main =
        source(
            dir,
            "Main.java",
            """
            package consumer;

            import dev.slipstream.CoalescingCache;
            import dev.slipstream.latch.Outcome;

            public class Main {
              public static void main(String[] args) {
                try (CoalescingCache<String, String> cache =
                    CoalescingCache.builder().maximumSize(10).build()) {
                  cache.onComplete("key", "print", Main::ignore);
                  System.out.println(cache.get("key", key -> key + " loaded"));
                  System.out.println(Main.class.getModule() + ", " + cache.getClass().getModule());
                }
              }

              private static void ignore(Outcome<? extends String> outcome) {}
            }
            """);
    Path classes = dir.resolve("classes");

    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-Xlint:all",
                "-Werror",
                "--release",
                "17",
                "--module-path",
                MODULE_PATH,
                "-d",
                classes.toString(),
                moduleInfo.toString(),
                main.toString());
    assertThat(compiled).isZero();

    Path output = dir.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                MODULE_PATH + File.pathSeparator + classes,
                "--module",
                "consumer/consumer.Main")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the consumer ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(output, UTF_8);
    assertThat(process.exitValue()).as("%s", lines).isZero();
    assertThat(lines).contains("key loaded", "module consumer, module dev.slipstream");
  }

  private static Path source(Path dir, String name, String text) throws Exception {
    return Files.writeString(dir.resolve(name), text, UTF_8);
  }

  private static Path home(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("no path to " + type, e);
    }
  }
}
