"""Tests of slots, plans and itineraries in the database, on both databases."""
