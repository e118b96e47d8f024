"""The optimizer, against trying every combination."""
