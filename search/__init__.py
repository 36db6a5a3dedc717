"""The middle floor: patterns and search over what the store holds. It knows `store`, never a face."""
