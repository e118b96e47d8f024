"""Tests of the database as one principal sees it."""
