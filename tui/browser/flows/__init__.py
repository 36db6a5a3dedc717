"""What happens between a key and the store, in plain classes that need no screen."""
