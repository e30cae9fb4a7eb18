package dev.slipstream.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CoalescingCache;
import dev.slipstream.CoalescingCacheBuilder;
import dev.slipstream.testing.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Nothing of the page sticks out, in light and dark, narrow and wide; and pictures of it in {@code
 * target/screenshots}, to be looked at.
 */
@Tag("browser")
class FlightPageLookTest {
  private static final Path PICTURES = Path.of("target/screenshots");
  private static final Duration EVERY = Duration.ofMillis(50); // so that the plots are full soon

  private final RecentEnds ends = new RecentEnds();
  private final CoalescingCache<String, String> users = builder().fetchListener(ends).build();
  private final CoalescingCache<String, String> orders = builder().build();
  private final FlightPage page =
      FlightPage.builder()
          .cache("users", users, ends)
          .cache("orders", orders)
          .every(EVERY)
          .allowAbort(true)
          .start();
  private final Browser browser = new Browser();
  private final Traffic usersTraffic = new Traffic(users, "user:", 90, 15);
  private final Traffic ordersTraffic = new Traffic(orders, "order:", 30, 60);

  private static CoalescingCacheBuilder<Object, Object> builder() {
    return CoalescingCache.builder()
        .maximumSize(10_000)
        .recordStats()
        .fetchTimeout(Duration.ofMillis(2_500))
        .expireAfterWrite(Duration.ofMillis(700));
  }

  @BeforeEach
  void open() {
    browser.look(1440, 1100, false);
    browser.open(page.uri());
    Eventually.until(
        "the plots are full",
        () ->
            (Boolean)
                browser.script(
                    "const all = points.get('users') ?? [];"
                        + "return all.length > 0 && all.at(-1).at - all[0].at > 14000"));
  }

  @AfterEach
  void close() {
    browser.close();
    usersTraffic.close();
    ordersTraffic.close();
    page.close();
    users.close();
    orders.close();
  }

  @Test
  void nothingSticksOut() throws IOException {
    for (int width : new int[] {360, 620, 800, 1024, 1280, 1920}) {
      for (boolean dark : new boolean[] {false, true}) {
        browser.look(width, width < 700 ? 2_600 : 860, dark);
        Eventually.until(
            "the plots have the new width",
            () -> (Boolean) browser.script("return innerWidth === arguments[0]", width));
        assertThat(browser.script("return document.documentElement.scrollWidth"))
            .as("width of the content at " + width)
            .isEqualTo(browser.script("return document.documentElement.clientWidth"));
        assertThat(
                (Long)
                    browser.script(
                        "return getComputedStyle(document.body)"
                            + ".backgroundColor.match(/\\d+/g).reduce((a, b) => a + Number(b), 0)"))
            .satisfies(sum -> assertThat(sum < 300).isEqualTo(dark));
        browser.saveScreenshot(
            PICTURES.resolve("flights-%d-%s.png".formatted(width, dark ? "dark" : "light")));
      }
    }
    assertThat(browser.complaints()).isEmpty();
  }
}
