/**
 * Suspend functions over caches, for Kotlin's coroutines. The guide is the page {@code
 * docs/kotlin.md} of the sources.
 */
@org.jspecify.annotations.NullMarked
module dev.slipstream.kotlin {
  requires transitive dev.slipstream;
  requires transitive kotlin.stdlib;
  requires transitive kotlinx.coroutines.core;

  exports dev.slipstream.kotlin;
}
