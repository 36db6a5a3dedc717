"""The tools that make and check the pages of this folder."""
