package dev.slipstream.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Captures what the library logs during a test; the console stays empty. */
public final class LogCapture extends AppenderBase<ILoggingEvent>
    implements BeforeEachCallback, AfterEachCallback {
  private final Logger library = (Logger) LoggerFactory.getLogger("dev.slipstream");
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

  @Override
  protected void append(ILoggingEvent event) {
    events.add(event);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    setContext(library.getLoggerContext());
    start();
    library.setAdditive(false);
    library.addAppender(this);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    library.detachAppender(this);
    library.setAdditive(true);
    stop();
  }

  /** Returns the events logged so far at WARN or above. */
  public List<ILoggingEvent> warnings() {
    return events.stream().filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN)).toList();
  }

  /** Returns the throwable of an event. */
  public static @Nullable Throwable thrown(ILoggingEvent event) {
    ThrowableProxy proxy = (ThrowableProxy) event.getThrowableProxy();
    return proxy == null ? null : proxy.getThrowable();
  }
}
