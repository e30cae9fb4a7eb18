package dev.slipstream.watch;

/**
 * What happened to a key.
 *
 * <p>A fetch gives {@link #FETCH_STARTED} and later one of {@link #FETCHED}, {@link #REFRESHED},
 * {@link #ABSENT}, {@link #FAILED} and {@link #ABANDONED}. Between them, one and {@link
 * #CALLER_JOINED} less {@link #CALLER_LEFT} is the number of its awaiters, up to a {@link
 * #SOFT_TIMEOUT}; a refresh in the background, {@link #DUE} or {@link #EARLY}, begins with none.
 */
public enum EventType {
  /** A fetch began, for the caller that asked first. No value. */
  FETCH_STARTED,

  /** Another caller joined the fetch while it ran. No value. */
  CALLER_JOINED,

  /** A caller of the fetch left it. No value. */
  CALLER_LEFT,

  /** A fetch brought a value, and delivered it. It is stored, unless the fetch was fenced. */
  FETCHED,

  /** A fetch found that there is no value. No value. */
  ABSENT,

  /**
   * A fetch failed, timed out, was refused, or was ended by an operator or by close. The failure is
   * given: a {@code FetchRejectedException} if too many loads were waiting.
   */
  FAILED,

  /** The last caller left the fetch, or nothing could complete it any more. No value. */
  ABANDONED,

  /** A write overtook the fetch, whose result will not be stored. No value. */
  FENCED,

  /** A value was written, otherwise than by a fetch of the key. */
  PUT,

  /** The key was invalidated or removed. The value is what was cached, null if nothing was. */
  INVALIDATED,

  /** A value expired or made room. It is given. */
  EVICTED,

  /** As {@link #FETCHED}, for a fetch that a refresh began. */
  REFRESHED,

  /**
   * The fetch takes longer than the cache's soft timeout: its callers got an expired value, which
   * is not given here, and wait no longer, but for those of a refresh. The fetch goes on.
   */
  SOFT_TIMEOUT,

  /** The fetch that began is a refresh in the background of a value that was due. No value. */
  DUE,

  /** The fetch that began is a refresh in the background of a value that expires soon. No value. */
  EARLY,

  /** The fetch waits until more keys are to be loaded with it. No value. */
  GATHERING,

  /** The fetch waits until fewer loads run. No value. */
  QUEUED,

  /** The fetch, which was {@link #GATHERING} or {@link #QUEUED}, is loaded now. No value. */
  LOADING,

  /**
   * The fetch fails, and its callers get an expired value, which is not given here. {@link #FAILED}
   * follows.
   */
  RETAINED,

  /**
   * The fetch fails, and for a time its key is not fetched again for callers that can have an old
   * value. {@link #FAILED} follows.
   */
  BACKOFF
}
