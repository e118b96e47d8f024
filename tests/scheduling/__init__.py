"""The scheduling floor."""
