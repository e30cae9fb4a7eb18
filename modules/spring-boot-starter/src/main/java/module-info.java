/**
 * Spring Boot's auto-configuration of Slipstream's caches, for Boot 3.5 and 4. The guide is the
 * page {@code docs/spring.md} of the sources.
 */
@org.jspecify.annotations.NullMarked
module dev.slipstream.spring.boot {
  requires transitive dev.slipstream.spring;
  requires transitive spring.boot;
  requires transitive spring.boot.autoconfigure;
  requires transitive spring.core;

  // What an application need not have.
  requires static transitive dev.slipstream.micrometer;
  requires static transitive spring.boot.actuator;
  requires static transitive spring.boot.actuator.autoconfigure;
  requires static spring.boot.cache; // of Boot 4

  exports dev.slipstream.spring.boot;

  opens dev.slipstream.spring.boot;
}
