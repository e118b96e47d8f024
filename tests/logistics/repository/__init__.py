"""Tests of cases, facilities and specialists in the database, on both databases."""
