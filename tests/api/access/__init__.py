"""Tests of roles, actions and the policy table."""
