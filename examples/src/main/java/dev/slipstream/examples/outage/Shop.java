package dev.slipstream.examples.outage;

import dev.slipstream.examples.shared.Database;
import java.sql.SQLException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** The loader of all caches. */
final class Shop {
  private final Database database;
  private final LongAdder loads = new LongAdder();

  Shop(Database database) {
    this.database = database;
  }

  /** Loads an item, as {@link Database#similarItems} does. */
  Answer load(int item, Consumer<Runnable> canceller) throws SQLException, InterruptedException {
    loads.increment();
    return Answer.loadedNow(database.similarItems(item, canceller));
  }

  /** Returns how often a cache has called the loader. */
  long loads() {
    return loads.sum();
  }
}
