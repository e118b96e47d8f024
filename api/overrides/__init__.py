"""Exceptions to the policy, each with its reason: broken glass, and the word of two people."""
