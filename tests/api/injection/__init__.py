"""Hostile text through every door: it stays text."""
