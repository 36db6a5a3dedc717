"""What can be done with a store: one file per capability. No I/O here, only statements (design.md, section 4)."""
