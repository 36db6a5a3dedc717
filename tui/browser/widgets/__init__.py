"""Widgets of the browser, one public widget per file: plain values in through methods, messages out, no services."""
