"""Tests of the api floor."""
