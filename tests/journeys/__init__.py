"""Whole jobs, as people do them: through HTTP and in a browser."""
