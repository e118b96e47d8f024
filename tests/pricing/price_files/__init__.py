"""Tests of the rooms about hospital price files."""
