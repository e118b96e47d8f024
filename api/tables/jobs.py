"""The tables of background jobs."""
