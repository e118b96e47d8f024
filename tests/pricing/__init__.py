"""The pricing floor."""
