"""Tests of the tables of the pricing floor, on both databases."""
