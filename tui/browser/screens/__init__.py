"""Screens: they decide; their widgets only show and tell."""
