"""Requests that act once: their answers, stored with what they did."""
