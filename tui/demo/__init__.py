"""A throw-away workspace filled with real content, and a tour of it: full-screen on a terminal, else as text."""
