"""Documents: what entries of one namespace mean together, and how they are written as files. Text and values only, no I/O."""
