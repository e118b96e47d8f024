"""Tests of the logistics floor."""
