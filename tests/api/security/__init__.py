"""Tests of web hygiene."""
