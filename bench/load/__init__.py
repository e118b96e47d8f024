"""The service under load, beside a bare route over the same rows."""
