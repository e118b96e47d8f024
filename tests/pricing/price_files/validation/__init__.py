"""Tests of the verdicts on hospital price files."""
