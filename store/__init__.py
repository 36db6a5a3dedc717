"""What is kept, and what it means: addresses, streams, operations, the SQLite drivers. Knows nobody above it."""
