"""Tests of trying policies in a process of their own."""
