"""Tests of what operators do to the service as a whole, or to everything about somebody."""
