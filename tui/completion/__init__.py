"""Shell completion: rewriting the cache of names, the helper that answers from the store, the scripts of the shells."""
