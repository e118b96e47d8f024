"""The gate and what acts once."""
