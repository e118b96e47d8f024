"""Drills: the service under deliberate trouble. Not tests, as they take their time."""
