package dev.slipstream.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.Test;

/** The module's threads keep nothing of the thread that started them. */
class RedisThreadsTest {
  @Test
  void theyInheritNoThreadLocals() throws InterruptedException {
    InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
    SynchronousQueue<Optional<String>> seen = new SynchronousQueue<>();
    Thread starter =
        new Thread(
            () -> {
              local.set("the starter's");
              RedisThreads.execute(
                  () -> {
                    try {
                      seen.put(Optional.ofNullable(local.get()));
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  });
            });
    starter.start();

    assertThat(seen.take()).isEmpty();
    starter.join();
  }
}
