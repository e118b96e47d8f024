"""Tests of users, their credentials, and what lets them in."""
