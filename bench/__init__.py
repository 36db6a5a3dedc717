"""Measured budgets (design.md section 6, storage.md section 14): ratios taken in one run, never timed tests."""
