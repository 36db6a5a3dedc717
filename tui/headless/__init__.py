"""The headless face: data on stdout, talk on stderr, exit codes 0, 1 and 2 (P-001, P-002)."""
