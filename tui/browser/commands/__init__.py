"""The commands of the browser: one record each, and what is made of the records."""
