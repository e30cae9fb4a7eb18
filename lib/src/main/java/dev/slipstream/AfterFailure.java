package dev.slipstream;

/**
 * What the user's predicates say of the failure of a load.
 *
 * @param remembered whether it is remembered
 * @param covered whether callers get an expired value in its place, if one is kept
 */
record AfterFailure(boolean remembered, boolean covered) {}
