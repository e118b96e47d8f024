"""Tests of the exceptions to the policy."""
