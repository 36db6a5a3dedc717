"""The console without a terminal: what both faces share (U-08)."""
