"""Tests of estimates and of bills held against them."""
