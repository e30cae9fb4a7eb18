package dev.slipstream.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Debian's chromium without a window; its processes end with this, by their ids. */
final class Browser implements AutoCloseable {
  private static final File DRIVER = new File("/usr/bin/chromedriver");
  private static final File CHROMIUM = new File("/usr/bin/chromium");

  private final ChromeDriver driver;
  private final List<ProcessHandle> processes;

  Browser() {
    assertThat(DRIVER).as("Debian's package chromium-driver is installed").exists();
    assertThat(CHROMIUM).as("Debian's package chromium is installed").exists();
    List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM);
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // which does not work for root, nor in most containers
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--hide-scrollbars", // of the pictures
        "--disable-background-networking",
        "--no-first-run");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.WARNING);
    options.setCapability("goog:loggingPrefs", logs);
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER)
                .usingAnyFreePort()
                .build(),
            options);
    processes = ProcessHandle.current().descendants().filter(one -> !before.contains(one)).toList();
  }

  void open(URI page) {
    driver.get(page.toString());
  }

  /** Opens a further tab, and goes there. */
  String openTab(URI page) {
    driver.switchTo().newWindow(WindowType.TAB);
    open(page);
    return driver.getWindowHandle();
  }

  String tab() {
    return driver.getWindowHandle();
  }

  void switchTo(String tab) {
    driver.switchTo().window(tab);
  }

  void closeTab() {
    driver.close();
  }

  /** Sets the size of the window, and whether its user prefers the dark. */
  void look(int width, int height, boolean dark) {
    command(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    command(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
  }

  private void command(String name, Map<String, Object> parameters) {
    driver.executeCdpCommand(name, parameters);
  }

  String text(String selector) {
    return (String)
        script("return document.querySelector(arguments[0])?.innerText ?? ''", selector);
  }

  long count(String selector) {
    return (Long) script("return document.querySelectorAll(arguments[0]).length", selector);
  }

  void click(String selector) {
    driver.findElement(By.cssSelector(selector)).click();
  }

  WebElement element(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  Object script(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  Object asyncScript(String script, Object... arguments) {
    return driver.executeAsyncScript(script, arguments);
  }

  void awaitText(String selector, String text) {
    Eventually.passes(() -> assertThat(text(selector)).isEqualTo(text));
  }

  void awaitCount(String selector, long count) {
    Eventually.passes(() -> assertThat(count(selector)).as(selector).isEqualTo(count));
  }

  /**
   * What the browser has complained of since the last call: failures, and breaches of the policy.
   */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(entry -> entry.getMessage())
        .toList();
  }

  void saveScreenshot(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
  }

  @Override
  public void close() {
    driver.quit();
    processes.forEach(ProcessHandle::destroyForcibly);
  }
}
