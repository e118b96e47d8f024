"""Tests of requests that act once."""
