"""The tables of requests that must act once."""
