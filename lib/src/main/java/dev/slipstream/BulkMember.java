package dev.slipstream;

/** A bulk call's handle on one of its keys. */
final class BulkMember<V> extends AwaiterHandle<V> {
  private final BulkFuture<?, V> group;

  BulkMember(Flight<?, V> flight, Origin origin, BulkFuture<?, V> group) {
    super(flight, origin);
    this.group = group;
  }

  @Override
  void deliver(Object outcome) {
    super.deliver(outcome);
    group.memberDone(this, Result.failureOf(outcome));
  }
}
