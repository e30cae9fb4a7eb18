package dev.slipstream;

/** A stage whose cancel runs nobody's code but ours, whatever depends on it. */
interface QuickToCancel {}
