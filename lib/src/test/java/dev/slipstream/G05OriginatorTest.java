package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G5, no caller is special: the one that started the fetch may leave first, and the fetch lives for
 * its peers.
 */
class G05OriginatorTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void theFetchOutlivesTheCallerThatStartedIt(EntryPoint entryPoint) {
    Entry<String> originator = entryPoint.enter(cache, "k", loader);
    Entry<String> peer = EntryPoint.ASYNC.enter(cache, "k", new ControlledLoader<>());
    ControlledLoader.Run<String> run = loader.run();

    originator.leave();
    assertThat(run.isCancelled()).isFalse();
    assertThat(run.context.isAbandoned()).isFalse();
    assertThat(peer.isDone()).isFalse();

    run.complete("v");
    assertThat(peer.value()).isEqualTo("v");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void peersThatCameLaterMayLeaveInAnyOrder(EntryPoint entryPoint) {
    Entry<String> originator = EntryPoint.ASYNC.enter(cache, "k", loader);
    Entry<String> second = entryPoint.enter(cache, "k", new ControlledLoader<>());
    Entry<String> third = entryPoint.enter(cache, "k", new ControlledLoader<>());

    originator.leave();
    Entry<String> fourth = entryPoint.enter(cache, "k", new ControlledLoader<>());
    third.leave();
    second.leave();
    assertThat(loader.run().isCancelled()).isFalse();

    loader.run().complete("v");
    assertThat(fourth.value()).isEqualTo("v");
  }
}
