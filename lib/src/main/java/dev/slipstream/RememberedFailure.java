package dev.slipstream;

import java.util.Set;

/**
 * A failure that is remembered, with the tags of its load. No record: it is what it is by identity.
 */
final class RememberedFailure implements Tagged {
  final Throwable failure;
  private final Set<String> tags;

  RememberedFailure(Throwable failure, Set<String> tags) {
    this.failure = failure;
    this.tags = tags;
  }

  @Override
  public Set<String> tags() {
    return tags;
  }
}
