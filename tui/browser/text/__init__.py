"""Text on its way to the screen: made safe, measured, described. Pure functions; no widgets, no store access."""
