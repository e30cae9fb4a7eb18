package dev.slipstream.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchException;
import dev.slipstream.FetchHandle;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page as a browser shows it. */
@Tag("browser")
class FlightPageBrowserTest {
  private static final String FLIGHT = "#flights tbody tr";
  private static final String END = "#ends tbody tr";
  private static Browser browser;

  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final RecentEnds ends = new RecentEnds();
  private final CoalescingCache<String, String> users =
      CoalescingCache.builder().recordStats().fetchListener(ends).build();
  private final CoalescingCache<String, String> orders = CoalescingCache.builder().build();
  private FlightPage page;

  @BeforeAll
  static void startBrowser() {
    browser = new Browser();
  }

  @AfterAll
  static void endBrowser() {
    browser.close();
  }

  @AfterEach
  void close() {
    browser.script("location.href = 'about:blank'");
    page.close();
    users.close();
    orders.close();
  }

  private FlightPageBuilder builder() {
    return FlightPage.builder()
        .cache("users", users, ends)
        .cache("orders", orders)
        .every(Duration.ofMillis(20));
  }

  private void open(FlightPageBuilder builder) {
    page = builder.start();
    browser.complaints();
    browser.open(page.uri());
    browser.awaitText("#link", "live");
  }

  @Test
  void flightsAppearAgeAndLeave() {
    open(builder());
    assertThat(browser.text("#no-flights")).isEqualTo("No fetch is running.");
    FetchHandle<String> one = users.getOrFetch("key 42", loader.async());
    FetchHandle<String> two = users.getOrFetch("key 42", loader.async());

    browser.awaitCount(FLIGHT, 1);
    assertThat(browser.text(FLIGHT + " .key")).isEqualTo("key 42");
    browser.awaitText(FLIGHT + " td:nth-child(3)", "2");
    browser.awaitText("#in-flight", "1");
    browser.awaitText("#callers", "2");
    String age = browser.text(FLIGHT + " .age");
    Eventually.until("it ages", () -> !browser.text(FLIGHT + " .age").equals(age));
    assertThat(one.cancel(true)).isTrue();
    browser.awaitText("#callers", "1");

    loader.run().complete("value");

    browser.awaitCount(FLIGHT, 0);
    browser.awaitText("#no-flights", "No fetch is running.");
    browser.awaitCount(END, 1);
    assertThat(browser.text(END + " .outcome")).isEqualTo("value");
    browser.awaitText("#coalescing", "50 %");
    assertThat(Eventually.value(two)).isEqualTo("value");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aFencedFlightSaysSo() {
    open(builder());
    var caller = users.getOrFetch("key", loader.async());
    browser.awaitCount(FLIGHT, 1);
    assertThat(browser.count(FLIGHT + " em.fenced")).isZero();

    users.invalidate("key");

    browser.awaitText(FLIGHT + " em.fenced", "fenced");
    assertThat(browser.count(FLIGHT + " em")).isEqualTo(1);
    assertThat(caller.isDone()).isFalse();
  }

  @Test
  void eachOutcomeIsShownWithItsKindOfFailure() {
    open(builder());
    assertThat(users.get("absent", key -> null)).isNull();
    users.getOrFetch("left", loader.async()).cancel(true);
    var failing = users.getOrFetch("failing", loader.async());
    loader.run(1).fail(new IllegalStateException("secret"));

    browser.awaitCount(END, 3);
    browser.awaitText(END + ":nth-child(1) .outcome small", "IllegalStateException");
    assertThat(browser.text(END + ":nth-child(2) .outcome")).isEqualTo("abandoned");
    assertThat(browser.text(END + ":nth-child(3) .outcome")).isEqualTo("absent");
    browser.awaitText("#saved", "33.3 %");
    browser.awaitText("#failed", "1");
    assertThat(browser.text("body")).doesNotContain("secret");
    assertThat(failing).isCompletedExceptionally();
  }

  @Test
  void aKeyIsText() {
    String key = "<b>x</b><img src=x onerror=\"document.title='broken'\">";
    open(builder());
    var caller = users.getOrFetch(key, loader.async());

    browser.awaitText(FLIGHT + " .key span", key);
    assertThat(browser.count("td b, td img")).isZero();
    loader.run().complete("value");
    browser.awaitText(END + " .key span", key);
    assertThat(browser.count("td b, td img")).isZero();
    assertThat(Eventually.value(caller)).isEqualTo("value");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void thePolicyKeepsTextFromBecomingHtmlEvenIfTheScriptWouldTry() {
    open(builder());

    Object refused =
        browser.script(
            "try { document.body.innerHTML = '<b>x</b>'; return 'done'; }"
                + " catch (e) { return e.name; }");

    assertThat(refused).isEqualTo("TypeError");
  }

  @Test
  void whereItIsAllowedAFetchIsAbortedByTwoPresses() {
    open(builder().allowAbort(true));
    FetchHandle<String> caller = users.getOrFetch("key", loader.async());
    browser.awaitText(FLIGHT + " button", "Abort");

    browser.click(FLIGHT + " button");
    browser.awaitText(FLIGHT + " button.sure", "Really abort");
    assertThat(caller.isDone()).isFalse();
    browser.click(FLIGHT + " button.sure");

    assertThat(Eventually.failure(caller)).isInstanceOf(FetchException.class);
    browser.awaitCount(FLIGHT, 0);
    browser.awaitText("#message", "Fetch " + caller.fetchId() + " was aborted.");
    browser.awaitText(END + " .outcome small", "FetchException");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whereItIsNotAllowedThereIsNoButtonAndTheRequestIsRefused() {
    open(builder());
    FetchHandle<String> caller = users.getOrFetch("key", loader.async());
    browser.awaitCount(FLIGHT, 1);
    assertThat(browser.count(FLIGHT + " button")).isZero();

    Object status =
        browser.asyncScript(
            "const done = arguments[1];"
                + "fetch(arguments[0], {method: 'POST', headers: {'Slipstream-Token': 'x'}})"
                + ".then(answer => done(answer.status), failure => done(String(failure)));",
            "caches/users/fetches/" + caller.fetchId() + "/abort");

    assertThat(status).isEqualTo(403L);
    assertThat(caller.isDone()).isFalse();
  }

  @Test
  void oneTabTooManySaysSoAndFollowsWhenAnotherHasGone() {
    open(builder().maxStreams(2));
    String first = browser.tab();
    String second = browser.openTab(page.uri());
    browser.awaitText("#link", "live");
    String third = browser.openTab(page.uri());
    browser.awaitText("#link", "no stream: the page is closed, or has its most viewers");

    browser.switchTo(second);
    browser.closeTab();

    browser.switchTo(third);
    browser.awaitText("#link", "live");
    browser.closeTab();
    browser.switchTo(first);
  }

  @Test
  void eachCacheHasItsView() {
    open(builder());
    var caller = orders.getOrFetch("order", loader.async());
    browser.awaitText("nav a:nth-child(2) b", "1");
    assertThat(browser.count(FLIGHT)).isZero();

    browser.click("nav a:nth-child(2)");

    browser.awaitText(FLIGHT + " .key", "order");
    assertThat(browser.text("#ends-off")).startsWith("Ends are not recorded for this cache");
    assertThat(browser.text("#hit")).isEqualTo("–");
    assertThat(browser.text("#hit-note")).contains("recordStats()");
    assertThat(caller.isDone()).isFalse();
  }

  @Test
  void aPausedPageStandsStill() {
    open(builder());
    browser.click("#pause");
    browser.awaitText("#link", "paused");
    var caller = users.getOrFetch("key", loader.async());
    Object at = browser.script("return points.get('users').at(-1).at");
    Eventually.until(
        "the stream goes on",
        () ->
            !browser.script("return points.get('users').at(-1).at").equals(at)
                && (Boolean) browser.script("return points.get('users').at(-1).inFlight === 1"));
    assertThat(browser.count(FLIGHT)).isZero();

    browser.click("#pause");

    browser.awaitCount(FLIGHT, 1);
    assertThat(caller.isDone()).isFalse();
  }

  @Test
  void aPageWhoseProgramIsGoneSaysSoAndComesBackWithIt() {
    open(builder());
    int port = page.uri().getPort();

    page.close();

    browser.awaitText("#link", "connection lost, trying again");
    page = builder().port(port).start();
    browser.awaitText("#link", "live");
  }
}
