"""Text to events and back: XStream here (pronto.md sections 14 to 16), its readers, its advice. Knows addresses, no database."""
