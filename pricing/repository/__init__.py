"""Rows of the pricing floor to values and back."""
